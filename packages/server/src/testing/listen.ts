/** An app behind a real socket of this machine. */
import type { AddressInfo } from 'node:net';
import { serve } from '@hono/node-server';
import type { App } from '../http/app.ts';

export interface Listening {
  readonly port: number;
  stop(): Promise<void>;
}

/** @param at port; 0 takes a free one */
export async function listen(app: App, at: number): Promise<Listening> {
  const server = serve({ fetch: app.fetch, port: at, hostname: '127.0.0.1' });
  await new Promise((ready) => server.once('listening', ready));
  const { port } = server.address() as AddressInfo;
  return {
    port,
    stop: () =>
      new Promise((ended) => {
        server.close(() => ended());
        if ('closeAllConnections' in server) server.closeAllConnections();
      }),
  };
}
