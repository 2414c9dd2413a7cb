"""What a person does with OpenAI's client for Python."""
import base64
import sys

import openai

server, key = sys.argv[1:]
client = openai.OpenAI(base_url=f"{server}/v1", api_key=key)
MODEL = "fashion-onestep"


def is_png(text):
    return base64.b64decode(text).startswith(b"\x89PNG")


plain = client.images.generate(model=MODEL, prompt="a photo of a bag", extra_body={"seed": 7})
assert len(plain.data) == 1 and is_png(plain.data[0].b64_json) and plain.data[0].seed == "7", plain
several = client.images.generate(model=MODEL, prompt="bag", n=3, size="28x28")
assert len({image.b64_json for image in several.data}) == 3
addressed = client.images.generate(model=MODEL, prompt="bag", response_format="url")
assert addressed.data[0].url.startswith(server), addressed

for n, partial in ((1, 2), (2, 1)):
    events = list(client.images.generate(model="fashion-flow", prompt="sneaker", n=n, stream=True, partial_images=partial,
                                         extra_body={"steps": 6}))
    kinds = [event.type for event in events]
    assert kinds.count("image_generation.partial_image") == n * partial, kinds
    assert kinds.count("image_generation.completed") == n and kinds[-1] == "image_generation.completed", kinds
    assert all(is_png(event.b64_json) for event in events)


def refused(kind, **request):
    try:
        client.images.generate(**request)
    except kind as error:
        return error
    raise AssertionError(f"{request} is not refused")


assert refused(openai.NotFoundError, model="nobody", prompt="bag").code == "unknown_model"
assert refused(openai.BadRequestError, model=MODEL, prompt="bag", n=0).param == "n"
assert refused(openai.UnprocessableEntityError, model=MODEL, prompt="a cat").param == "prompt"
try:
    openai.OpenAI(base_url=f"{server}/v1", api_key="wrong", max_retries=0).models.list()
    raise AssertionError("a wrong key is taken")
except openai.AuthenticationError as error:
    assert error.code == "unauthenticated"

late = client.images.generate(model="fashion-flow", prompt="sneaker", n=8, stream=True, partial_images=1,
                              extra_body={"steps": 900, "deadlineMs": 500})
try:
    list(late)
    raise AssertionError("an error in a stream is none")
except openai.APIError as error:
    assert "expired" in str(error), error

assert MODEL in [model.id for model in client.models.list()]
print("openai for Python is served")
