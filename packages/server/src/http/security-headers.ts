/** What browsers are told with every answer: no foreign content, no framing, no devices, no word to other sites. */
import { createHash } from 'node:crypto';
import { PAGE_STYLE } from '@custos/engine';
import type { MiddlewareHandler } from 'hono';
import { secureHeaders } from 'hono/secure-headers';
import type { AppEnv } from './app.ts';

/** @param https whether people reach the service by HTTPS */
export function securityHeaders(https: boolean): MiddlewareHandler {
  return secureHeaders({
    contentSecurityPolicy: {
      defaultSrc: ["'none'"],
      scriptSrc: ["'self'"],
      // Mantine writes its variables into style elements and attributes.
      styleSrc: ["'self'", "'unsafe-inline'"],
      imgSrc: ["'self'", 'data:'],
      fontSrc: ["'self'"],
      connectSrc: ["'self'"],
      manifestSrc: ["'self'"],
      workerSrc: ["'self'"],
      objectSrc: ["'none'"],
      frameSrc: ["'none'"],
      baseUri: ["'none'"],
      formAction: ["'self'"],
      frameAncestors: ["'none'"],
      ...(https ? { upgradeInsecureRequests: [] } : {}),
    },
    strictTransportSecurity: https ? 'max-age=31536000; includeSubDomains' : false,
    crossOriginOpenerPolicy: 'same-origin',
    crossOriginEmbedderPolicy: 'require-corp',
    crossOriginResourcePolicy: 'same-origin',
    permissionsPolicy: {
      accelerometer: [],
      autoplay: [],
      camera: [],
      displayCapture: [],
      fullscreen: [],
      geolocation: [],
      gyroscope: [],
      magnetometer: [],
      microphone: [],
      midi: [],
      payment: [],
      usb: [],
      publickeyCredentialsGet: ['self'],
    },
    referrerPolicy: 'no-referrer',
    xFrameOptions: 'DENY',
  });
}

const STYLE = createHash('sha256').update(PAGE_STYLE).digest('base64');

/**
 * Pages that anybody reads load nothing and run nothing: only their own style counts. Forms of those that have one go back to
 * where they are from, which then has to be told where that is. Stands before `securityHeaders`.
 */
export const publicPageHeaders: MiddlewareHandler<AppEnv> = async (c, next) => {
  await next();
  const forms = c.get('operation')?.startsWith('subscriptions.') ?? false;
  c.res.headers.set(
    'content-security-policy',
    `default-src 'none'; style-src 'sha256-${STYLE}'; base-uri 'none'; form-action ${forms ? "'self'" : "'none'"}; frame-ancestors 'none'`,
  );
  if (forms) c.res.headers.set('referrer-policy', 'same-origin');
};
