// Node's ws as a client: listen until the server closes, and print as one line of JSON what it said.
import { readFileSync } from 'node:fs';
import WebSocket from '../interop/node_modules/ws/wrapper.mjs';

const [url, { subprotocols, headers, trusted }] = process.argv.slice(2).map((word) => JSON.parse(word));
const options = { headers, handshakeTimeout: 10_000, ca: trusted && readFileSync(trusted) };
const socket = new WebSocket(url, subprotocols, options);

const heard = { status: 101, subprotocol: null, text: null, code: null };

socket.on('message', (data) => {
  heard.text = data.toString();
});
socket.on('close', (code) => {
  console.log(JSON.stringify({ ...heard, subprotocol: socket.protocol || null, code }));
});
socket.on('unexpected-response', (request, response) => {
  heard.status = response.statusCode;
  console.log(JSON.stringify(heard));
  request.destroy();
  process.exit();
});
socket.on('error', (error) => {
  console.error(error);
  process.exitCode = 1;
});
