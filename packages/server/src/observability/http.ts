/** Measures each request, and puts it into a span. */
import { SpanKind } from '@opentelemetry/api';
import type { MiddlewareHandler } from 'hono';
import type { AppEnv } from '../http/app.ts';
import type { Metrics } from './metrics.ts';
import { inSpan } from './tracing.ts';

/** @param routes paths by operation id */
export function observed(metrics: Metrics, routes: ReadonlyMap<string, string>): MiddlewareHandler<AppEnv> {
  return (c, next) => {
    const { method } = c.req;
    const attributes = {
      'http.request.method': method,
      'url.scheme': new URL(c.req.url).protocol.slice(0, -1),
    };
    return inSpan(method, { kind: SpanKind.SERVER, attributes }, async (span) => {
      const begun = performance.now();
      await next();
      const operation = c.get('operation');
      const route = routes.get(operation ?? '') ?? 'other';
      metrics.requestEnded(method, route, c.res.status, (performance.now() - begun) / 1000);
      span.updateName(`${method} ${route}`);
      span.setAttributes({
        'http.route': route,
        'http.response.status_code': c.res.status,
        'custos.request.id': c.get('request'),
        ...(operation === undefined ? {} : { 'custos.operation': operation }),
      });
    });
  };
}
