import { listNotices } from '@custos/contract';
import { isDigest } from '@custos/core';
import { PublishedNotice } from '@custos/engine';
import { noticesOf, subscribersOf } from '@custos/store';
import { handle } from '../../http/handler.ts';

export default handle(listNotices, async ({ service, params: { organisation, system } }) => {
  const { rows, subscribers } = await service.context.database.within(organisation, async (control) => ({
    rows: await noticesOf(control, system),
    subscribers: await subscribersOf(control, system),
  }));
  return {
    subscribers,
    items: rows.flatMap(({ content, published_by: by }) => {
      const { id, ...notice } = PublishedNotice.parse(JSON.parse(content));
      return isDigest(id) ? [{ ...notice, id, by }] : [];
    }),
  };
});
