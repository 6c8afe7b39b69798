import { decideFinding } from '@custos/contract';
import { speakOnFinding } from '@custos/engine';
import { handle } from '../../http/handler.ts';
import { actorIn } from '../actor.ts';
import { findingDetail } from '../finding-view.ts';

export default handle(decideFinding, async ({ service, who, params, body, version, setVersion }) => {
  const actor = actorIn(who, 'auditor');
  await speakOnFinding(service.context, params, { actor, version, kind: body.decision, text: body.text });
  const now = await findingDetail(service, params);
  setVersion(now.version);
  return now.detail;
});
