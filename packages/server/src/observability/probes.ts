/** Whether what the service needs is there, tried out; for `custos doctor`. Each says what it found, or throws. */
import { createServer } from 'node:net';
import { Redis } from 'ioredis';
import { createTransport } from 'nodemailer';

const PATIENCE = 5000;

/** @throws Error when something else listens there */
export function probePort(host: string, port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', (cause) =>
      reject(new Error(`${host}:${port} can't be used: ${cause.message}. Set CUSTOS_PORT to another port.`)),
    );
    server.listen({ host, port, exclusive: true }, () =>
      server.close(() => resolve(`${host}:${port} is free`)),
    );
  });
}

/** Connects and signs in, and sends nothing. @throws Error of the mail server */
export async function probeMail(url: string): Promise<string> {
  const transport = createTransport({ url, connectionTimeout: PATIENCE, greetingTimeout: PATIENCE });
  try {
    await transport.verify();
  } finally {
    transport.close();
  }
  return `${new URL(url).host} takes e-mail`;
}

/** @throws Error when it does not answer */
export async function probeRedis(url: string): Promise<string> {
  const redis = new Redis(url, {
    lazyConnect: true,
    connectTimeout: PATIENCE,
    maxRetriesPerRequest: 0,
    retryStrategy: () => null,
  });
  redis.on('error', () => undefined);
  try {
    await redis.connect();
    await redis.ping();
  } finally {
    redis.disconnect();
  }
  return `${new URL(url).host} answers`;
}
