import { FaultServer, type FaultServerOptions } from './fault-server.js';
import { mailTransportContract } from './mail-transport.contract.js';
import { SmtpMailTransport } from './smtp.mail-transport.js';

const kinds: [string, FaultServerOptions][] = [
  ['SMTP in clear, pipelining', { mode: 'plain' }],
  ['SMTP in clear, one command at a time', { mode: 'plain', extensions: ['8BITMIME'] }],
  ['SMTP with STARTTLS', { mode: 'starttls' }],
  ['SMTP under TLS', { mode: 'tls' }],
];

for (const [name, options] of kinds) {
  mailTransportContract(name, async () => {
    const server = await FaultServer.start(options);
    return {
      transport: new SmtpMailTransport(server.smtp),
      arrived: async () => server.received.map((message) => message.raw),
      stop: () => server.close(),
    };
  });
}
