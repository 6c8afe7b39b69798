/** The declaration: read by everybody who may see the system, changed by its Developer and System Operator. */
import { declareSystem } from '@custos/contract';
import { Paper } from '@mantine/core';
import { client } from '../../api/client.ts';
import { type Declaration, DeclarationFields } from '../../parts/declaration-form.tsx';
import { DraftForm, useDraft, type Version } from '../../parts/draft.tsx';
import { Cancel } from '../../parts/form.tsx';
import { Tree } from '../../parts/tree.tsx';
import { useCatalogue, useSystemParams } from './data.ts';
import { Editable } from './editable.tsx';
import { text } from './text.ts';

export function DeclarationPage() {
  return (
    <Editable
      words={text.declaration}
      needs="system.declare"
      show={({ declaration }) => (
        <Paper withBorder p="md">
          <Tree value={declaration} />
        </Paper>
      )}
      edit={({ value: { declaration }, etag }, close) => (
        <Edit newest={{ value: declaration, etag }} close={close} />
      )}
    />
  );
}

function Edit({ newest, close }: { newest: Version<Declaration>; close: () => void }) {
  const params = useSystemParams();
  const catalogue = useCatalogue();
  const draft = useDraft(
    newest,
    (body, ifMatch) => client.call(declareSystem, { params, body }, { ifMatch }),
    { say: text.people.saved, close },
  );
  return (
    <DraftForm
      draft={draft}
      maw={760}
      submit={text.people.save}
      justify="flex-end"
      cancel={<Cancel close={close} />}
    >
      <DeclarationFields value={draft.value} onChange={draft.set} features={catalogue.data?.features ?? {}} />
    </DraftForm>
  );
}
