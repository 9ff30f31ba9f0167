// A server for transfers.sh: node transfers.js CERTIFICATE KEY ROOT PORTS
//
// PORTS is a file that gets "HTTP HTTPS IDLE RUDE". The first two serve the files of ROOT and answer
// a PUT or POST with "LENGTH SHA256" of its body; IDLE does so too, but closes a connection after
// 5 ms without a request; RUDE closes each connection as its second request arrives.
'use strict';
const crypto = require('crypto');
const fs = require('fs');
const http = require('http');
const https = require('https');
const net = require('net');
const path = require('path');

const [certificate, key, root, ports] = process.argv.slice(2);

function serve(request, response) {
  if (request.method === 'PUT' || request.method === 'POST') {
    const hash = crypto.createHash('sha256');
    let length = 0;
    request.on('data', (bytes) => { length += bytes.length; hash.update(bytes); });
    request.on('end', () => response.end(`${length} ${hash.digest('hex')}\n`));
    return;
  }
  const name = path.join(root, path.basename(request.url.split('?')[0]));
  if (!request.url.includes('chunked')) {
    response.setHeader('Content-Length', fs.statSync(name).size);
  }
  fs.createReadStream(name).pipe(response);
}

// Two requests a connection, and no answer for the second. Bodies come with their heads.
function rude(stream) {
  let num = 0;
  stream.on('error', () => {});
  stream.on('data', () => {
    num += 1;
    if (num === 1) {
      stream.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok');
    } else if (Math.random() < 0.5) {
      stream.destroy();
    } else {
      stream.resetAndDestroy();
    }
  });
}

const plain = http.createServer(serve);
const secure = https.createServer(
  { cert: fs.readFileSync(certificate), key: fs.readFileSync(key) }, serve);
const idle = http.createServer((request, response) => {
  response.on('finish', () => setTimeout(() => {
    if (request.socket.requests === response.number) {
      request.socket.destroy();
    }
  }, 5));
  request.socket.requests = (request.socket.requests || 0) + 1;
  response.number = request.socket.requests;
  serve(request, response);
});
for (const server of [plain, secure, idle]) {
  server.requestTimeout = 0;
  server.keepAliveTimeout = 60000;
}
const servers = [plain, secure, idle, net.createServer(rude)];
let num = 0;
for (const server of servers) {
  server.listen(0, '127.0.0.1', () => {
    num += 1;
    if (num === servers.length) {
      fs.writeFileSync(`${ports}.new`, servers.map((s) => s.address().port).join(' ') + '\n');
      fs.renameSync(`${ports}.new`, ports);
    }
  });
}
