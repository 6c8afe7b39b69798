import { streamEvents } from '@custos/contract';
import { handle } from '../../http/handler.ts';
import { authorise, identify } from '../../http/principal.ts';

export default handle(streamEvents, ({ service, who, params, headers }) =>
  service.events.subscribe({
    organisation: params.organisation,
    person: who.person,
    scope: who.held.scope,
    after: headers.get('last-event-id') ?? undefined,
    stillAllowed: async () => {
      const identity = await identify(service, headers);
      if (identity?.person !== who.person) return false;
      await authorise(service, streamEvents, identity, params);
      return true;
    },
  }),
);
