// Node's ws as a server on a free port, printed once it listens: an echo, and the refusals it is given.
import { WebSocketServer } from 'ws';

const refusals = JSON.parse(process.argv[2]);

const server = new WebSocketServer({
  host: '127.0.0.1',
  port: 0,
  perMessageDeflate: true,
  handleProtocols: (offered) => offered.has('chat') && 'chat',
  verifyClient: ({ req }, decide) => {
    const refusal = refusals[req.url];
    if (!refusal) return decide(true);
    const [status, headers, body] = refusal;
    decide(false, status, body, headers);
  },
});
server.on('connection', (socket) => {
  socket.on('message', (data) => socket.send(data.toString()));
});
server.on('listening', () => console.log(server.address().port));

// Gone with whoever started it, however that ended.
process.stdin.on('end', () => process.exit()).resume();
