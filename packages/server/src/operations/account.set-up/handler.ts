import { setUp } from '@custos/contract';
import { CustosError } from '@custos/core';
import { insertMember, insertOrganisation } from '@custos/store';
import { handle } from '../../http/handler.ts';
import { Refusal } from '../../http/problem.ts';
import { createAccount } from '../../identity/accounts.ts';
import { describe } from '../account.get/handler.ts';

export default handle(setUp, async ({ service, body }) => {
  const { database, clock } = service.context;
  if ((await database.organisations()).length > 0 || !service.setUp.redeem(body.token))
    throw new Refusal(
      'GONE',
      'This link was used already, or is not the one that the server printed. Start the server again for a new one, or sign in.',
    );
  const { id, name } = body.organisation;
  try {
    await createAccount(service.auth, body);
    const ledger = await database.ledger(id);
    const act = { type: 'organisation.founded', actor: body.email, detail: { organisation: id, name } };
    await ledger.recordWith([{ kind: 'act', act }], async (control) => {
      if (!(await insertOrganisation(control, { organisation: id, name, created_at: clock.now() })))
        throw new CustosError('CONFLICT', `There is an organisation "${id}" already.`);
      await insertMember(control, {
        organisation: id,
        person: body.email,
        name: body.name,
        role: 'administrator',
      });
    });
  } catch (error) {
    service.setUp.giveBack();
    throw error;
  }
  return describe(service, body.email, body.name);
});
