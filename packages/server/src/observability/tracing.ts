/**
 * Spans of operations and of the database's work, for whoever registers an OpenTelemetry SDK before the service starts
 * (`node --import`). Without one, the interface does nothing.
 */
import type { ServiceDatabase, ServiceLedger } from '@custos/store';
import { type Attributes, type Span, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';

/** Runs `work` in a span; its error is noted by kind, without its text. */
export function inSpan<T>(
  name: string,
  { kind, attributes }: { kind: SpanKind; attributes: Attributes },
  work: (span: Span) => Promise<T>,
): Promise<T> {
  return trace.getTracer('custos').startActiveSpan(name, { kind, attributes }, async (span) => {
    try {
      return await work(span);
    } catch (error) {
      span.setStatus({ code: SpanStatusCode.ERROR });
      span.setAttribute('error.type', error instanceof Error ? error.name : 'unknown');
      throw error;
    } finally {
      span.end();
    }
  });
}

/** The same database, with a span for each transaction. */
export function traced(database: ServiceDatabase): ServiceDatabase {
  const attributes = { 'db.system.name': 'postgresql', 'db.namespace': database.schema };
  const span = <T>(name: string, work: () => Promise<T>): Promise<T> =>
    inSpan(name, { kind: SpanKind.CLIENT, attributes }, work);
  const ledgers = new WeakMap<ServiceLedger, ServiceLedger>();
  const tracedLedger = (ledger: ServiceLedger): ServiceLedger => {
    const known = ledgers.get(ledger);
    if (known) return known;
    const made = new Proxy(ledger, {
      get(target, name) {
        if (name === 'record')
          return (...args: Parameters<ServiceLedger['record']>) =>
            span('ledger.record', () => target.record(...args));
        if (name === 'recordWith')
          return (...args: Parameters<ServiceLedger['recordWith']>) =>
            span('ledger.record', () => target.recordWith(...args));
        const value: unknown = Reflect.get(target, name, target);
        return typeof value === 'function' ? value.bind(target) : value;
      },
    });
    ledgers.set(ledger, made);
    return made;
  };
  return {
    kind: database.kind,
    schema: database.schema,
    db: database.db,
    ...(database.snapshot ? { snapshot: database.snapshot } : {}),
    ledger: async (...args) => tracedLedger(await database.ledger(...args)),
    within: (organisation, work) => span('db.transaction', () => database.within(organisation, work)),
    asPerson: (person, work) => span('db.transaction', () => database.asPerson(person, work)),
    bySecret: (token, work) => span('db.transaction', () => database.bySecret(token, work)),
    identities: (work) => span('db.transaction', () => database.identities(work)),
    acrossOrganisations: (work) => span('db.transaction', () => database.acrossOrganisations(work)),
    organisations: () => database.organisations(),
    close: () => database.close(),
  };
}
