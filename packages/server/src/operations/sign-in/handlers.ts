/** How people of an organisation sign in. */
import { GroupMapping, getSignIn, SsoProvider, setSignIn } from '@custos/contract';
import { endSso, findSystem, replaceSignInSettings, signInSettings, withIdentities } from '@custos/store';
import { z } from 'zod';
import { handle, type Mounted } from '../../http/handler.ts';
import { Refusal } from '../../http/problem.ts';
import { encryptSecret, issuerIsSafe, redirectUri } from '../../identity/sso.ts';
import type { Service } from '../../service.ts';

async function read(service: Service, organisation: string) {
  const row = await service.context.database.within(organisation, (control) => signInSettings(control));
  return {
    version: row.version,
    answer: {
      secondFactor: row.second_factor,
      sso: row.sso === null ? null : SsoProvider.parse(JSON.parse(row.sso)),
      mappings: z.array(GroupMapping).parse(JSON.parse(row.mappings)),
      hasClientSecret: row.client_secret !== null,
      redirectUri: redirectUri(service),
      scimUrl: `${service.baseUrl}/scim/v2/${organisation}`,
    },
  };
}

const get = handle(getSignIn, async ({ service, params, setVersion }) => {
  const { version, answer } = await read(service, params.organisation);
  setVersion(version);
  return answer;
});

const set = handle(setSignIn, async ({ service, who, params, body, version, setVersion }) => {
  const { organisation } = params;
  const { secondFactor, sso, mappings, clientSecret } = body;
  if (sso && !issuerIsSafe(service.baseUrl, sso.issuer))
    throw new Refusal('INVALID', 'An identity provider is reached by https, at an address without query.', {
      errors: [{ pointer: '/body/sso/issuer', detail: 'must be an https address' }],
    });
  if (secondFactor && who.session?.method === 'password')
    throw new Refusal(
      'CONFLICT',
      'You signed in without a second factor yourself, and would lock yourself out. Add one, and sign in with it.',
      { code: 'SECOND_FACTOR_FIRST' },
    );
  const { database } = service.context;
  const ledger = await database.ledger(organisation);
  const detail = z.json().parse({ secondFactor, sso, mappings, clientSecret: clientSecret !== undefined });
  const act = { type: 'sign-in.changed', actor: who.person, detail };
  const fresh = clientSecret === undefined ? undefined : await encryptSecret(service, clientSecret);
  await ledger.recordWith([{ kind: 'act', act }], async (control) => {
    for (const mapping of mappings)
      if ('system' in mapping && !(await findSystem(control, mapping.system)))
        throw new Refusal('INVALID', `There is no system "${mapping.system}" to map a group to.`);
    const before = await signInSettings(control);
    const wasIssuer = before.sso === null ? undefined : SsoProvider.parse(JSON.parse(before.sso)).issuer;
    // A secret is for the provider that gave it: another one never gets to see it.
    const kept = sso && wasIssuer === sso.issuer ? before.client_secret : null;
    const replaced = await replaceSignInSettings(
      control,
      { organisation, version },
      {
        second_factor: secondFactor,
        sso: sso ? JSON.stringify(sso) : null,
        client_secret: sso ? (fresh ?? kept) : null,
        mappings: JSON.stringify(mappings),
      },
    );
    if (!replaced)
      throw new Refusal(
        'VERSION_CHANGED',
        'Somebody changed these settings in the meantime. Read them again.',
      );
    // Nobody stays whom a provider vouched for that the organisation left.
    if (wasIssuer !== undefined && wasIssuer !== sso?.issuer)
      await withIdentities(control, (own) => endSso(own, organisation));
  });
  const now = await read(service, organisation);
  setVersion(now.version);
  return now.answer;
});

export const signInHandlers: readonly Mounted[] = [get, set];
