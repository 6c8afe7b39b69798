/** The ledgers are verified by the service itself, and the checkpoints of systems are kept in the organisation's ledger. */
import { CustosError } from '@custos/core';
import { anchorCheckpoints, verifyLedger } from '@custos/engine';
import { emit, findLedgerCheck, putLedgerFailure, systemPage } from '@custos/store';
import type { Job, JobContext } from './job.ts';
import { HOUR } from './time.ts';

const PAGE = 200;

export const selfCheck: Job = {
  name: 'ledger.self-check',
  summary:
    'Verifies every ledger: its signature, that it continues what was verified before, and what is new in it',
  scope: 'organisation',
  every: HOUR,
  async run(context) {
    const wrong: string[] = [];
    const check = async (system: string): Promise<void> => {
      context.signal.throwIfAborted();
      if (!(await isSound(context, system))) wrong.push(system === '' ? context.organisation : system);
    };
    await check('');
    for await (const system of systems(context)) await check(system);
    if (wrong.length > 0)
      throw new CustosError(
        'LEDGER_UNSOUND',
        `${wrong.length} ledgers do not verify, among them ${wrong.slice(0, 5).join(', ')}. Stop writing, keep the database as it is, and compare it with a backup.`,
      );
  },
};

async function isSound(
  { service, organisation, signal, hold }: JobContext,
  system: string,
): Promise<boolean> {
  const { database } = service.context;
  try {
    await verifyLedger(
      service.context,
      { organisation, system: system === '' ? undefined : system },
      { signal, hold },
    );
    return true;
  } catch (error) {
    if (!(error instanceof CustosError) || error.code !== 'LEDGER_UNSOUND') throw error;
    service.log.error({ organisation, system, err: error }, 'a ledger does not verify');
    await database.within(organisation, async (control) => {
      await hold(control);
      const known = await findLedgerCheck(control, system);
      await putLedgerFailure(control, { organisation, system, failure: error.message });
      if (known?.failure !== error.message)
        await emit(control, {
          kind: 'job.alarm',
          detail: {
            job: selfCheck.name,
            why: 'ledger',
            ledger: system === '' ? organisation : `${organisation}/${system}`,
          },
        });
    });
    return false;
  }
}

export const anchor: Job = {
  name: 'ledger.anchor',
  summary: "Keeps the checkpoints of the systems' ledgers in the organisation's own",
  scope: 'organisation',
  every: 6 * HOUR,
  run: ({ service, organisation, signal, hold }) =>
    anchorCheckpoints(service.context, organisation, { signal, hold }),
};

async function* systems({ service, organisation }: JobContext): AsyncIterable<string> {
  let after: string | undefined;
  do {
    const page = await service.context.database.within(organisation, (control) =>
      systemPage(control, { after, limit: PAGE }),
    );
    for (const { system } of page) yield system;
    after = page.length < PAGE ? undefined : page.at(-1)?.system;
  } while (after !== undefined);
}
