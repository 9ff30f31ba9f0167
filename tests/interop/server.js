// A server on Node's https for tests/interop. Its one argument is JSON, as servers.py makes it; it
// says "PORT n" when it listens, and a line of JSON for each request.
'use strict';
const fs = require('fs');
const https = require('https');

const options = JSON.parse(process.argv[2]);
const suites = {
    chacha20: 'TLS_CHACHA20_POLY1305_SHA256:ECDHE-ECDSA-CHACHA20-POLY1305:' +
        'ECDHE-RSA-CHACHA20-POLY1305',
    aes256: 'TLS_AES_256_GCM_SHA384:ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384',
};
const SSL_OP_NO_EXTENDED_MASTER_SECRET = 1; // Node has no name for it
const settings = {
    cert: fs.readFileSync(options.cert),
    key: fs.readFileSync(options.key),
    minVersion: 'TLSv' + options.version,
    maxVersion: 'TLSv' + options.version,
    honorCipherOrder: Boolean(options.preference),
};
if (options.group) {
    settings.ecdhCurve = options.group;
}
if (options.suite) {
    settings.ciphers = suites[options.suite];
}
if (options.no_ems) {
    settings.secureOptions = SSL_OP_NO_EXTENDED_MASTER_SECRET;
}
if (options.client_ca) {
    settings.ca = fs.readFileSync(options.client_ca);
    settings.requestCert = true;
    settings.rejectUnauthorized = Boolean(options.required);
}

let connections = 0;
const server = https.createServer(settings, (request, response) => {
    const peer = request.socket.getPeerCertificate();
    const subject = peer && peer.subject ? peer.subject.CN : '';
    console.log(JSON.stringify({connection: request.socket.number,
                                resumed: request.socket.isSessionReused(), client: subject}));
    if (!options.keep) {
        response.setHeader('Connection', 'close');
    }
    response.end('a page of Node\'s\n'.repeat(400));
});
server.on('secureConnection', (socket) => { socket.number = ++connections; });
server.on('tlsClientError', (error) => { console.error(String(error)); });
server.listen(0, '127.0.0.1', () => { console.log('PORT ' + server.address().port); });
