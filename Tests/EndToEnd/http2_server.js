// A provider that speaks HTTP/2 only: node http2_server.js PEM ANSWER prints its port and gives every request the answer.
const fs = require('fs');
const pem = fs.readFileSync(process.argv[2]);
const answer = fs.readFileSync(process.argv[3]);
const server = require('http2').createSecureServer({ key: pem, cert: pem });
server.on('session', (session) => session.on('error', () => {}));
server.on('stream', (stream) => {
  stream.on('error', () => {});
  stream.resume().on('end', () => {
    stream.respond({ ':status': 200, 'content-type': 'application/json' });
    stream.end(answer);
  });
});
server.listen(0, '127.0.0.1', () => console.log(server.address().port));
