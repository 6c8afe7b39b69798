import { listNotices } from '@custos/contract';
import { isDigest } from '@custos/core';
import { PublishedNotice } from '@custos/engine';
import { noticesOf } from '@custos/store';
import { handle } from '../../http/handler.ts';

export default handle(listNotices, async ({ service, params: { organisation, system } }) => {
  const rows = await service.context.database.within(organisation, (control) => noticesOf(control, system));
  return {
    items: rows.flatMap(({ content, published_by: by }) => {
      const { id, ...notice } = PublishedNotice.parse(JSON.parse(content));
      return isDigest(id) ? [{ ...notice, id, by }] : [];
    }),
  };
});
