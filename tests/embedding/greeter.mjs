// Node's ws as a server on a free port, printed once it listens: a greeting, then Close.
import { WebSocketServer } from '../interop/node_modules/ws/wrapper.mjs';

const { greeting, token, moved, stranger } = JSON.parse(process.argv[2]);

const refusal = ({ url, headers }) => {
  if (url === '/moved') return moved;
  if (url === '/members' && headers.authorization !== `Bearer ${token}`) return stranger;
};
const server = new WebSocketServer({
  host: '127.0.0.1',
  port: 0,
  handleProtocols: (offered) => offered.has('chat') && 'chat',
  verifyClient: ({ req }, decide) => {
    const found = refusal(req);
    if (!found) return decide(true);
    const [status, headers, body] = found;
    decide(false, status, body, headers);
  },
});
server.on('connection', (socket) => {
  socket.send(greeting);
  socket.close(1000);
});
server.on('listening', () => console.log(server.address().port));

// Gone with whoever started it, however that ended.
process.stdin.on('end', () => process.exit()).resume();
