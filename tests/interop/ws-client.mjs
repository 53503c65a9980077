// Node's ws as a client: say one thing and print, as one line of JSON, what the server answered.
import WebSocket from 'ws';

const [url, { subprotocols, origin, text }] = process.argv.slice(2).map((word) => JSON.parse(word));
const options = { origin: origin ?? undefined, handshakeTimeout: 10_000 };
const socket = new WebSocket(url, subprotocols, options);

const report = (seen) => console.log(JSON.stringify(seen));

socket.on('open', () => socket.send(text));
socket.on('message', (data) => {
  const { protocol, extensions } = socket;
  report({ status: 101, subprotocol: protocol || null, extensions, text: data.toString() });
  socket.close();
});
socket.on('unexpected-response', async (request, response) => {
  const text = (await response.toArray()).join('');
  report({ status: response.statusCode, subprotocol: null, extensions: '', text });
  request.destroy();
});
socket.on('error', (error) => {
  console.error(error);
  process.exitCode = 1;
});
