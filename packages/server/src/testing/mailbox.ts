/** A mail server that takes everything, and finds links in it. */
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { SMTPServer } from 'smtp-server';

export interface Mailbox {
  /** For `CUSTOS_SMTP_URL`. */
  readonly url: string;
  /** The newest link to a page that went to somebody, waited for a while. */
  linkTo(email: string, page: string): Promise<string>;
  close(): Promise<void>;
}

export async function openMailbox(): Promise<Mailbox> {
  const mails: { to: string; text: string }[] = [];
  const smtp = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS', 'AUTH'],
    onData: (stream, { envelope }, done) => {
      void text(stream)
        .then((mail) => {
          const plain = mail.replaceAll('=\r\n', '').replaceAll('=3D', '=');
          mails.push(...envelope.rcptTo.map(({ address }) => ({ to: address, text: plain })));
        })
        .finally(done);
    },
  });
  await new Promise<void>((resolve) => smtp.listen(0, '127.0.0.1', resolve));
  const { port } = smtp.server.address() as AddressInfo;
  return {
    url: `smtp://127.0.0.1:${port}`,
    linkTo: async (email, page) => {
      const link = new RegExp(`https?://\\S+/${page}#\\S+`);
      for (let tries = 0; tries < 100; tries++) {
        const found = mails.findLast((mail) => mail.to === email && link.test(mail.text));
        if (found) return link.exec(found.text)?.[0] ?? '';
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
      throw new Error(`no mail to ${email} with a link to ${page}`);
    },
    close: () => new Promise((resolve) => smtp.close(() => resolve())),
  };
}
