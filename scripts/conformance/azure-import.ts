/** Recorded answers of Azure Resource Manager: how many of the resources in them `import azure` knows, and what it does not know. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { allTypes } from '../../src/cli/analysis.ts';
import { isArray, isObject, type Json, textAt } from '../../src/model/json.ts';
import { importAzure } from '../../src/snapshot/import/azure.ts';
import { azureAnswers } from '../../src/snapshot/import/azure-answers.ts';
import { createAzureRecogniser } from '../../src/snapshot/import/azure-recognise.ts';
import { Redactor } from '../../src/snapshot/redact.ts';

/** Answers to questions that change nothing, as `import azure` takes them. */
function answersOf(recording: Json): Json[] {
  const interactions = isObject(recording) ? recording['interactions'] : undefined;
  return (isArray(interactions) ? interactions : []).flatMap((each) => {
    const [method, url, status] = [textAt(each, 'request.method'), textAt(each, 'request.uri') ?? '', textAt(each, 'response.status.code')];
    const isQuery = /Microsoft\.ResourceGraph|\/list(?:\?|$)/i.test(url);
    if (!/^https:\/\/management\.azure\.com/i.test(url) || status !== '200' || (method !== 'GET' && !isQuery)) return [];
    if (/operationresults|operations?status|\/operations\//i.test(url)) return [];
    const body = isObject(each) && isObject(each['response']) ? each['response']['body'] : undefined;
    const text = textAt(body, 'string');
    const response = text === undefined ? (isObject(body) ? (body['data'] ?? null) : null) : readJson(text);
    return isObject(response) ? [{ request: { url }, response }] : [];
  });
}

function readJson(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return null;
  }
}

export async function run(root: string): Promise<number> {
  const types = await allTypes();
  const recogniser = createAzureRecogniser(types);
  const redactor = new Redactor(Buffer.alloc(32, 7));
  let wrong = 0;
  for (const folder of ['cloud-custodian-cassettes', 'azure-sdk-python-recordings']) {
    const directory = path.join(root, 'azure', folder);
    if (!existsSync(directory)) continue;
    const unknown = new Map<string, number>();
    const kinds = new Set<string>();
    let [files, answers, items, records, attached, unused] = [0, 0, 0, 0, 0, 0];
    for (const name of readdirSync(directory).sort()) {
      if (!/\.(json|yaml)$/.test(name)) continue;
      const text = readFileSync(path.join(directory, name), 'utf8');
      const documents = answersOf(name.endsWith('.yaml') ? (parse(text) as Json) : (JSON.parse(text) as Json));
      if (documents.length === 0) continue;
      files++;
      answers += documents.length;
      for (const item of azureAnswers(documents).items) {
        items++;
        const found = recogniser.item(item);
        if (found.is === 'record') {
          records++;
          kinds.add(found.type);
        } else if (found.is === 'detail' || found.is === 'within' || found.is === 'local') attached++;
        else if (found.is === 'unused') unused++;
        else unknown.set(found.reason, (unknown.get(found.reason) ?? 0) + 1);
      }
      const imported = importAzure([{ file: `${name}.json`, text: JSON.stringify(documents) }], { types, redactor });
      if (imported.records.some((record) => record.id !== record.id.toLowerCase()) || imported.unrecognised.length > 0) wrong++;
    }
    console.log(
      `azure ${folder}: ${files} recordings, ${answers} answers, ${items} items: ${records} resources of ${kinds.size} types, ${attached} parts of them, ${unused} of types that no collector asks for, ${items - records - attached - unused} not recognised`,
    );
    for (const [reason, count] of [...unknown].sort(([, a], [, b]) => b - a).slice(0, 60)) console.log(`  ${count} ${reason}`);
  }
  return wrong;
}
