import { type Held, recordObservations } from '@custos/contract';
import type { Actor, Role } from '@custos/core';
import { producerOf, statementOf, subject } from '@custos/engine';
import { observationId, sha256, signStatement } from '@custos/trust';
import { handle } from '../../http/handler.ts';
import { Refusal } from '../../http/problem.ts';

export default handle(recordObservations, async ({ service, who, params, body }) => {
  const { context, assessor } = service;
  const now = context.clock.now();
  const { assessment } = await assessor.current(params);
  const self = subject(params.system, assessment.fingerprint ?? sha256(params.system));
  const entries = await Promise.all(
    body.observations.map(async (said, at) => {
      const statement = statementOf({
        type: said.type,
        content: said.content,
        subject: said.subject ?? [self],
        producer: producerOf(said, `/body/observations/${at}`),
        actor: actorOf(who.person, who.held, said.role),
        observedAt: said.observedAt ?? now,
        validUntil: said.validUntil,
        source: said.source,
      });
      return {
        kind: 'observation' as const,
        id: observationId(statement),
        envelope: await signStatement(statement, context.signer),
      };
    }),
  );
  const ledger = await context.database.ledger(params.organisation, params.system);
  const recorded = await ledger.record(entries);
  return {
    recorded: recorded.map(({ index, existing }, at) => ({
      index,
      id: entries[at]?.id ?? sha256(''),
      existing,
    })),
  };
});

/** Nobody speaks in a role that they do not hold, nor for somebody else. @throws Refusal NOT_ALLOWED */
function actorOf(person: string, held: Held, role: Role | undefined): Actor | undefined {
  if (role === undefined) return undefined;
  const holds =
    (role === 'organisation' && held.organisation === 'administrator') ||
    (role === 'auditor' && held.organisation === 'auditor') ||
    held.system.some((one) => one === role);
  if (holds) return { id: person, role };
  throw new Refusal('NOT_ALLOWED', `You do not hold the role ${role} on this system.`, { code: 'ROLE' });
}
