// Node's ws as a client under test: ask for every case, one after the other.
import { createRequire } from 'node:module';

// It is installed for the interoperability tests.
const WebSocket = createRequire(new URL('../../tests/interop/', import.meta.url))('ws');

const port = Number(process.argv[2]);
const count = Number(await (await fetch(`http://127.0.0.1:${port}/cases`)).text());

for (let number = 1; number <= count; number++) {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/case/${number}`, ['chat'], {
    handshakeTimeout: 6_000,
  });
  await new Promise((done) => {
    const timer = setTimeout(() => socket.terminate(), 6_000);
    socket.on('error', () => {});  // what it makes of a case is judged by the server
    socket.on('close', () => {
      clearTimeout(timer);
      done();
    });
  });
}
