// A client that is generated from the document of the API compiles, and generates an image.
import createClient from 'openapi-fetch';
import type { paths } from './schema.js';

const [server, key] = process.argv.slice(2);
const client = createClient<paths>({ baseUrl: server!, headers: { authorization: `Bearer ${key}` } });

const { data: job, error } = await client.POST('/generate', { body: { model: 'fashion-onestep', label: 'bag', seed: '7' } });
if (error || !job || typeof job === 'string') throw new Error(JSON.stringify(error));
const id: string = job.id!;
const image: string = job.images![0]!.data!;
if (!Buffer.from(image, 'base64').subarray(1, 4).equals(Buffer.from('PNG'))) throw new Error('no picture');

const { data: again } = await client.GET('/jobs/{id}', { params: { path: { id } } });
if (again?.state !== 'succeeded') throw new Error(`the job is ${again?.state}`);

const { error: refusal } = await client.POST('/generate', { body: { model: 'nobody' } });
if (refusal?.code !== 'unknown_model') throw new Error(`refused by ${refusal?.code}`);
console.log('typed');
