// Node's ws as a server under test, on a free port that it prints: an echo that speaks `chat`.
import { createRequire } from 'node:module';

// It is installed for the interoperability tests.
const { WebSocketServer } = createRequire(new URL('../../tests/interop/', import.meta.url))('ws');

const server = new WebSocketServer({
  host: '127.0.0.1',
  port: 0,
  perMessageDeflate: true,
  handleProtocols: (offered) => offered.has('chat') && 'chat',
});
server.on('connection', (socket) => {
  socket.on('error', () => {});  // a connection that fails is no reason to end
  socket.on('message', (data) => socket.send(data.toString()));
});
server.on('listening', () => console.log(server.address().port));

// Gone with whoever started it, however that ended.
process.stdin.on('end', () => process.exit()).resume();
