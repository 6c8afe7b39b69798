import { askTask } from '@custos/contract';
import { askTask as ask } from '@custos/engine';
import { handle } from '../../http/handler.ts';

export default handle(askTask, async ({ service, who, params, body }) => {
  const { task, token } = await ask(service.context, params, { by: who.person, ...body });
  // After the #, so that it reaches no server's log.
  const link = `${service.baseUrl}/task#${token}`;
  const sent = await service.outbox.mailNow({
    to: body.person,
    subject: `${who.name} asks you: ${body.title}`,
    text: `${who.name} (${who.person}) of the organisation "${params.organisation}" asks you:

${body.question}

Answer before ${body.expiresAt} at this address, which is for you alone and opens nothing else:
${link}

If you do not know what this is about, leave it: nothing happens.`,
    messageId: `task-${task}`,
  });
  return { id: task, ...(sent ? {} : { link }), sent };
});
