// A request as a program that sends it: what is copied can be shown to anybody, since a key comes from the environment.
import { kindOf, stepsOf } from './request.js';

const LANGUAGES = { curl, node, python, java };

/**
 * @param language curl, node, python or java
 * @param card the model's
 * @param address where the server is, with a slash at its end
 * @param keyed whether the server asks for an API key
 */
export function program(language, { preview: _, detach: __, ...request }, card, address, keyed = false) {
  const picture = kindOf(card) === 'picture';
  const name = `${request.model}-${request.solver}-${stepsOf(request)}`.replaceAll(/[^\w.-]+/g, '_');
  return LANGUAGES[language]({ json: JSON.stringify(request), address: `${address}generate`, keyed,
    accept: picture ? 'image/png' : 'application/json', file: `${name}.${picture ? 'png' : 'json'}` });
}

const quoted = (text) => JSON.stringify(text);

function curl({ json, address, accept, file, keyed }) {
  return [`curl -X POST ${address} -H 'content-type: application/json' -H 'accept: ${accept}'`,
    ...(keyed ? ['  -H "authorization: Bearer $PATHLINE_API_KEY"'] : []),
    `  -d '${json.replaceAll("'", "'\\''")}'`, `  -o ${file}`].join(' \\\n');
}

function node({ json, address, accept, file, keyed }) {
  return `import { writeFile } from 'node:fs/promises';

const response = await fetch(${quoted(address)}, {
  method: 'POST',
  headers: {
    'content-type': 'application/json',
    accept: ${quoted(accept)},${keyed ? '\n    authorization: `Bearer ${process.env.PATHLINE_API_KEY}`,' : ''}
  },
  body: JSON.stringify(${json}),
});
if (!response.ok) throw new Error((await response.json()).detail);
await writeFile(${quoted(file)}, Buffer.from(await response.arrayBuffer()));
`;
}

function python({ json, address, accept, file, keyed }) {
  return `import os
import urllib.request

headers = {"content-type": "application/json", "accept": ${quoted(accept)}}
${keyed ? 'headers["authorization"] = "Bearer " + os.environ["PATHLINE_API_KEY"]\n' : ''}request = urllib.request.Request(${quoted(address)}, data=${quoted(json)}.encode(), headers=headers)
with urllib.request.urlopen(request) as response, open(${quoted(file)}, "wb") as file:
    file.write(response.read())
`.replace(keyed ? '' : 'import os\n', '');
}

function java({ json, address, accept, file, keyed }) {
  return `import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;

void main() throws Exception {
    var request = HttpRequest.newBuilder(URI.create(${quoted(address)}))
            .header("content-type", "application/json").header("accept", ${quoted(accept)})${keyed
  ? '\n            .header("authorization", "Bearer " + System.getenv("PATHLINE_API_KEY"))' : ''}
            .POST(HttpRequest.BodyPublishers.ofString(${quoted(json)})).build();
    try (var client = HttpClient.newHttpClient()) {
        var response = client.send(request, HttpResponse.BodyHandlers.ofByteArray());
        if (response.statusCode() != 200) {
            throw new IllegalStateException(new String(response.body()));
        }
        java.nio.file.Files.write(Path.of(${quoted(file)}), response.body());
    }
}
`;
}
