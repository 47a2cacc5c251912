import { createRouterClient } from '@orpc/server';
import { expect, test } from 'vitest';
import { ModelsCatalogue } from '../../../electron/core/models/models-catalogue.ts';
import { createModelsProcedures } from '../../../electron/core/procedures/models.ts';
import { sendJson, startAskedUpstream } from '../../support/asked-upstream.ts';

test('whoever watches the models has them fetched and sees them come; asking again shows what is new', async () => {
  let cost = 1;
  await using it = await startAskedUpstream((_request, response) =>
    sendJson(response, `{"data":[{"id":"gpt-5.2","cost":${cost}}]}`),
  );
  const door = createRouterClient(createModelsProcedures({ models: new ModelsCatalogue(it).service }));
  const models = await door.watch();
  expect((await models.next()).value).toEqual({ models: [], fetchedAt: null, trouble: null });
  expect((await models.next()).value).toMatchObject({ models: [{ id: 'gpt-5.2', cost: 1 }] });

  const again = await door.watch();
  expect((await again.next()).value).toMatchObject({ models: [{ cost: 1 }] });
  expect(it.asked).toHaveLength(1);

  cost = 2;
  expect(await door.refresh()).toMatchObject({ models: [{ cost: 2 }], trouble: null });
  expect((await models.next()).value).toMatchObject({ models: [{ cost: 2 }] });
  await Promise.all([models.return(), again.return()]);
});
