/** 5.1.2-1.1: the Data Custodian of every dataset took part in the design assessment and approved that record. */
import { provisionChecks } from '../../kernel/check.ts';
import { isCalled } from '../../kernel/coverage.ts';
import { classifiedDatasets } from '../5.2.1/sensitivity.ts';
import { currentAssessment, expectApproved } from './design-assessment.ts';

export const checks = provisionChecks('5.1.2-1.1', {
  a: [
    ['design-assessment', 'approval', 'data-classification', 'scan-result'],
    (c) => {
      const assessment = currentAssessment(c);
      if (!assessment) return;
      const { datasets, participants } = assessment.content;
      const classified = classifiedDatasets(c);
      c.none(
        c
          .assets('dataset')
          .filter((asset) => !datasets.some((name) => isCalled(asset, name)))
          .map((asset) => asset.id),
        'DATASET_NOT_DISCUSSED',
        'Datasets of the inventory that the design assessment does not name',
      );
      // Who classified a dataset is its custodian; the context has seen that this person holds the role.
      const custodians = new Set(
        classified.flatMap(
          ({ classification }) => classification.evidence.statement.predicate.actor?.id ?? [],
        ),
      );
      const present = new Set(
        participants.filter(({ role }) => role === 'data_custodian').map(({ person }) => person),
      );
      c.none(
        [...custodians].filter((person) => !present.has(person)),
        'CUSTODIAN_ABSENT',
        'Data Custodians of datasets in use who took no part in the design assessment',
      );
      for (const person of [...custodians].sort()) expectApproved(c, assessment, ['data_custodian'], person);
    },
  ],
});
