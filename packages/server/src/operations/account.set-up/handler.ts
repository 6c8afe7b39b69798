import { setUp } from '@custos/contract';
import { CustosError } from '@custos/core';
import { insertMember, insertOrganisation, redeemSetUpLink, withIdentities } from '@custos/store';
import { sha256 } from '@custos/trust';
import { handle } from '../../http/handler.ts';
import { Refusal } from '../../http/problem.ts';
import { accountMaker } from '../../identity/accounts.ts';
import { checkPassword } from '../../identity/password-rules.ts';
import { describe } from '../account.get/handler.ts';

export default handle(setUp, async ({ service, body }) => {
  const { database, clock } = service.context;
  const { id, name } = body.organisation;
  checkPassword(body.password, [body.name, body.email, id, name]);
  const used = new Refusal(
    'GONE',
    'This link was used already, or is not the one that the server printed. Start the server again for a new one, or sign in.',
  );
  if ((await database.organisations()).length > 0) throw used;
  const makeAccount = await accountMaker(service, { ...body, confirmed: false });
  const ledger = await database.ledger(id);
  const act = { type: 'organisation.founded', actor: body.email, detail: { organisation: id, name } };
  // Link, account, organisation and membership: all of it, or nothing.
  await ledger.recordWith([{ kind: 'act', act }], async (control) => {
    const redeemed = await withIdentities(control, (own) =>
      redeemSetUpLink(own, sha256(body.token), clock.now()),
    );
    if (!redeemed) throw used;
    if (!(await insertOrganisation(control, { organisation: id, name, created_at: clock.now() })))
      throw new CustosError('CONFLICT', `There is an organisation "${id}" already.`);
    await makeAccount(control);
    await insertMember(control, {
      organisation: id,
      person: body.email,
      name: body.name,
      role: 'administrator',
      joined: true,
    });
  });
  return describe(service, { person: body.email, name: body.name, only: undefined });
});
