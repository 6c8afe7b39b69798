/** The evidence pack and what verifies it, for those who may read it. */
import { downloadPack, downloadVerifier, urlOf } from '@custos/contract';
import { Anchor } from '@mantine/core';
import { useStanding, useSystemParams } from '../system/data.ts';
import { text } from './text.ts';

export function PackLinks() {
  const params = useSystemParams();
  const { may } = useStanding();
  if (!may('pack.read')) return null;
  return (
    <>
      <Anchor size="sm" href={urlOf(downloadPack, { params })} download>
        {text.audit.pack}
      </Anchor>
      <Anchor size="sm" href={urlOf(downloadVerifier, {})} download>
        {text.audit.verifier}
      </Anchor>
    </>
  );
}
