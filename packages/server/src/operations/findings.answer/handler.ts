import { answerFinding } from '@custos/contract';
import { speakOnFinding } from '@custos/engine';
import { handle } from '../../http/handler.ts';
import { actorIn } from '../actor.ts';
import { findingDetail } from '../finding-view.ts';

export default handle(answerFinding, async ({ service, who, params, body, version, setVersion }) => {
  const actor = actorIn(who, body.role);
  await speakOnFinding(service.context, params, { actor, version, kind: 'answered', text: body.text });
  const now = await findingDetail(service, params);
  setVersion(now.version);
  return now.detail;
});
