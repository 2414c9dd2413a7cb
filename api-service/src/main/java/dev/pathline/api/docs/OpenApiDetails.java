package dev.pathline.api.docs;

import dev.pathline.api.access.Caller;
import dev.pathline.common.wire.Webhook;
import dev.pathline.diffusion.solver.SolverOption;
import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.Operation;
import io.swagger.v3.oas.models.info.Info;
import io.swagger.v3.oas.models.info.License;
import io.swagger.v3.oas.models.media.ArraySchema;
import io.swagger.v3.oas.models.media.BooleanSchema;
import io.swagger.v3.oas.models.media.Content;
import io.swagger.v3.oas.models.media.IntegerSchema;
import io.swagger.v3.oas.models.media.MapSchema;
import io.swagger.v3.oas.models.media.MediaType;
import io.swagger.v3.oas.models.media.NumberSchema;
import io.swagger.v3.oas.models.media.ObjectSchema;
import io.swagger.v3.oas.models.media.Schema;
import io.swagger.v3.oas.models.media.StringSchema;
import io.swagger.v3.oas.models.parameters.Parameter;
import io.swagger.v3.oas.models.responses.ApiResponse;
import io.swagger.v3.oas.models.security.SecurityRequirement;
import io.swagger.v3.oas.models.security.SecurityScheme;
import io.swagger.v3.oas.models.servers.Server;
import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.springdoc.core.customizers.OpenApiCustomizer;
import org.springdoc.core.utils.SpringDocUtils;
import tools.jackson.databind.node.ObjectNode;

/**
 * Completes the OpenAPI document: ranges and defaults of the generate request (it is read by hand, so no annotation
 * knows them), the shape of cards and event streams, and the problem document that every operation may answer.
 */
public final class OpenApiDetails implements OpenApiCustomizer {

    static {
        // Its setters are no properties of anything, and SpringDoc would log what it makes of them.
        SpringDocUtils.getConfig().replaceWithSchema(ObjectNode.class, new MapSchema().additionalProperties(true));
        // Nobody sends it: it is found out.
        SpringDocUtils.getConfig().addRequestWrapperToIgnore(Caller.class);
    }

    private static final String REQUEST = "GenerateRequest";
    private static final String PROBLEM = "Problem";
    private static final String KEY = "key";
    /** In an order, as all that is frozen. */
    private static final Set<String> TEXT_OR_NULL = new LinkedHashSet<>(List.of("string", "null"));
    private static final int DAY = 86_400_000;
    private static final String CARD = "Model";

    @Override
    public void customise(OpenAPI api) {
        api.setInfo(new Info().title("Pathline").version("1")
                .description("Images from diffusion and flow-map models, with every step as it happens."));
        api.getInfo().setLicense(new License().name("Apache-2.0").identifier("Apache-2.0"));
        api.setServers(List.of(new Server().url("/").description("where this document is")));
        api.getComponents().addSecuritySchemes(KEY, new SecurityScheme().type(SecurityScheme.Type.HTTP).scheme("bearer")
                .description("An API key, where the server asks for one; the page's cookie says one, too."));
        api.setSecurity(List.of(new SecurityRequirement().addList(KEY)));
        var components = api.getComponents();
        components.addSchemas(REQUEST, request());
        components.addSchemas(PROBLEM, problem());
        components.addSchemas(CARD, new MapSchema().additionalProperties(true)
                .description("The model's card, with the accepted solvers, its versions and aliases. guidance says how"
                        + " guidance is had: left out, by a second row without the label; {type: baked-in, scale} by"
                        + " training at one scale; {type: input, min, max} by telling the network the scale"));
        Objects.requireNonNull(components.getSchemas().get("TrainingRunAnswer")).addProperty("spec",
                new MapSchema().additionalProperties(true)
                        .description("The specification as it was given"));
        // Left over from types that never appear in JSON as objects.
        List.of("Index", "Name", "Label", "ServerSentEventString", "JsonNode", "Webhook", "SamplingSettings",
                "Prompt", "Preview", "JobTerms", "CfgInterval").forEach(components.getSchemas()::remove);
        answer(api, "/models", "application/json", new ArraySchema().items(reference(CARD)));
        answer(api, "/models/{name}", "application/json", reference(CARD));
        answer(api, "/jobs/{id}/events", "text/event-stream", new StringSchema()
                .description(
                        "Events queued, started, step, succeeded, failed, cancelled, expired; data is JSON. reconnect"
                                + " is the last where the server stops and the job does not. 204 where nothing comes after a position"));
        answer(api, "/training-runs/{id}/events", "text/event-stream", new StringSchema()
                .description("Events queued, started, progress, snapshot, sheet, warning, blocked, unblocked, "
                        + "stepped-back, evaluation, preparation, paused, resumed, succeeded, failed, cancelled; data is JSON. reconnect is "
                        + "the last where the server stops first. 204 where nothing comes after a position"));
        answer(api, "/training-runs/{id}/progress", "application/json", new ArraySchema().items(progress()));
        answer(api, "/training-runs/{id}/sheets/{file}", "image/png", new StringSchema().format("binary"));
        answer(api, "/training-runs/{id}/report", "text/html", new StringSchema());
        answer(api, "/jobs/{id}/images/{file}", "image/png", new StringSchema().format("binary"));
        api.getPaths().values().stream().flatMap(path -> path.readOperations().stream()).forEach(this::mayFail);
        nullable(api, "JobAnswer", "arm");
        nullable(api, "JobPage", "nextCursor");
        nullable(api, "SolverAnswer", "defaultTimeGrid");
        for (String path : List.of("/generate", "/v1/images/generations")) {
            Operation post = Objects.requireNonNull(api.getPaths().get(path)).getPost();
            post.addParametersItem(header("Idempotency-Key",
                    "the same key and body give the same job, the same key and another body a 422").schema(
                            new StringSchema().minLength(1).maxLength(255)));
        }
        Objects.requireNonNull(api.getPaths().get("/generate")).getPost().addParametersItem(
                header("Prefer", "respond-async answers 202 at once")
                        .schema(new StringSchema().example("respond-async")));
        // Whoever says a key has none yet.
        Objects.requireNonNull(api.getPaths().get("/session")).readOperations()
                .forEach(operation -> operation.setSecurity(List.of()));
    }

    private static Schema<?> request() {
        Map<String, Schema<?>> fields = new LinkedHashMap<>();
        fields.put("model", new StringSchema().description("name, name@version or name@alias").example("fashion-flow"));
        fields.put("experiment",
                new StringSchema().description("the experiment whose arm says model, solver, steps and so on,"
                        + " which are left out then").example("one-step"));
        fields.put("subject",
                new StringSchema().description("for whom: an experiment serves each the same arm every time"));
        fields.put("count",
                integer(1, 2000, "images in this request, at most 64; of a model of vectors, at most 2000"));
        fields.put("label",
                either("a class: a text is its name, in any case, and a number its index; none is unconditional"));
        fields.put("steps", integer(1, 1000, "solver steps; the model's default"));
        fields.put("solver", new StringSchema().description("see GET /solvers; the model's default"));
        fields.put("timeGrid", new StringSchema().description("see GET /solvers; the solver's default"));
        fields.put("times", new ArraySchema().items(new NumberSchema()).minItems(1).maxItems(1000)
                .description(
                        "instead of steps and timeGrid: the times of the model's schedule at which the steps start,"
                                + " decreasing, usually from its largest; a step each. The last step ends where the solver does,"
                                + " at the data"));
        fields.put("cfgScale", number(0, 30, "w in u + w (c - u), 1 is off; the model's default. A model whose card has"
                + " guidance of type baked-in knows no other scale than its own, and one of type input those from min to"
                + " max"));
        fields.put("cfgInterval", new ArraySchema().items(new NumberSchema()).minItems(2).maxItems(2)
                .description("guidance only there, in sigma/alpha"));
        fields.put("cfgRescale",
                number(0, 1, "how far guidance is brought back to the spread of the labelled prediction"));
        for (SolverOption option : SolverOption.values()) {
            fields.put(option.wire(), (option.whole() ? new IntegerSchema() : new NumberSchema())
                    .minimum(BigDecimal.valueOf(option.least())).maximum(BigDecimal.valueOf(option.most()))
                    .description(option.description() + "; for the solvers that have it, see GET /solvers"));
        }
        fields.put("threshold", choice("on the x0 prediction", "none", "clip", "dynamic"));
        fields.put("noise", choice("of a stochastic solver's steps: brownian converges as steps grow at a fixed seed",
                "independent", "brownian"));
        fields.put("seed", either("64-bit integer, or decimal string; random if left out"));
        fields.put("preview", new ObjectSchema().additionalProperties(false)
                .addProperty("every", integer(1, 1000, "a picture every so many steps"))
                .addProperty("kind", choice("what it shows", "denoised", "noisy"))
                .addProperty("noise", new BooleanSchema().description("begin with the noise, as step 0; false")));
        fields.put("format", choice("png, or npy for the numbers", "png", "npy"));
        fields.put("priority", choice("who goes first; none waits for ever; normal", "interactive", "normal", "batch"));
        fields.put("deadlineMs", integer(1, DAY, "past it, from acceptance on, the job ends as expired"));
        fields.put("startDeadlineMs", integer(1, DAY, "a job that does not run by then ends as expired"));
        fields.put("precision", choice("the network's arithmetic; auto, the worker's choice", "auto", "float32",
                "bfloat16", "float16"));
        fields.put("profile",
                new StringSchema().description("the numeric profile, one of the choices that GET /models lists"
                        + " for the model; it has a precision of its own, so precision is left out or agrees; the model's"));
        fields.put("strict", new BooleanSchema()
                .description("the same bits whatever else the worker computes with them; false"));
        fields.put("detach", new BooleanSchema()
                .description("go on when the connection closes"));
        fields.put("metadata", new MapSchema().additionalProperties(new StringSchema()).maxProperties(16)
                .description("returned as given"));
        fields.put("webhook", new ObjectSchema().additionalProperties(false)
                .addProperty("url", new StringSchema().maxLength(2048).description("where, http or https"))
                .addProperty("events",
                        new ArraySchema().items(choice("an end", Webhook.EVENTS.toArray(String[]::new)))
                                .description("of which ends; all"))
                .description("who is told when the job has ended: a POST, signed as Standard Webhooks says"));
        Schema<?> schema = new ObjectSchema().additionalProperties(false);
        // One of them says what is made.
        schema.setAnyOf(List.of(new Schema<>().addRequiredItem("model"), new Schema<>().addRequiredItem("experiment")));
        fields.forEach(schema::addProperty);
        return schema;
    }

    private static Schema<?> problem() {
        Schema<?> schema = new ObjectSchema().description("A problem document (RFC 9457)");
        List.of("type", "title", "detail", "instance", "code", "requestId")
                .forEach(name -> schema.addProperty(name, new StringSchema()));
        schema.addProperty("status", new IntegerSchema());
        schema.addProperty("moreErrors", new IntegerSchema().format("int64")
                .description("how many mistakes there are beside those in errors; left out if none"));
        schema.addProperty("errors", new ArraySchema().items(new ObjectSchema()
                .addProperty("field", new StringSchema()).addProperty("message", new StringSchema())));
        Schema<?> error = new ObjectSchema().description("the same for OpenAI's clients");
        List.of("message", "type", "code").forEach(name -> error.addProperty(name, new StringSchema()));
        error.addProperty("param",
                new StringSchema().types(TEXT_OR_NULL).description("the first field that is wrong"));
        return schema.addProperty("error", error);
    }

    private static Parameter header(String name, String description) {
        return new Parameter().in("header").name(name).description(description).required(false);
    }

    private static Schema<?> progress() {
        Schema<?> point = new ObjectSchema().description("A point of a run's curves");
        List.of("step", "steps", "images")
                .forEach(name -> point.addProperty(name, new IntegerSchema().format("int64")));
        List.of("loss", "gradientNorm", "imagesPerSecond").forEach(name -> point.addProperty(name, new NumberSchema()));
        return point.addProperty("etaMs", new IntegerSchema().format("int64")).addProperty("byNoise",
                new ArraySchema().items(new MapSchema().additionalProperties(true))
                        .description("the loss by noise level, from the cleanest on"));
    }

    /** What is said also where there is nothing. */
    private static void nullable(OpenAPI api, String schema, String field) {
        Schema<?> whole = Objects.requireNonNull(api.getComponents().getSchemas().get(schema), schema);
        Schema<?> text = whole.getProperties().get(field);
        if (text != null) {
            text.setTypes(TEXT_OR_NULL);
        }
    }

    private void mayFail(Operation operation) {
        for (String kind : List.of("4XX", "5XX")) {
            operation.getResponses().addApiResponse(kind, new ApiResponse()
                    .description(kind.startsWith("4") ? "What is asked cannot be" : "The server cannot")
                    .content(content("application/problem+json", reference(PROBLEM))));
        }
    }

    private static void answer(OpenAPI api, String path, String mediaType, Schema<?> schema) {
        ApiResponse ok = new ApiResponse().description("OK").content(content(mediaType, schema));
        Objects.requireNonNull(api.getPaths().get(path), path).getGet().getResponses().addApiResponse("200", ok);
    }

    private static Content content(String mediaType, Schema<?> schema) {
        return new Content().addMediaType(mediaType, new MediaType().schema(schema));
    }

    private static Schema<?> reference(String name) {
        return new Schema<>().$ref("#/components/schemas/" + name);
    }

    private static Schema<?> integer(int low, int high, String description) {
        return new IntegerSchema().minimum(BigDecimal.valueOf(low)).maximum(BigDecimal.valueOf(high))
                .description(description);
    }

    private static Schema<?> number(int low, int high, String description) {
        return new NumberSchema().minimum(BigDecimal.valueOf(low)).maximum(BigDecimal.valueOf(high))
                .description(description);
    }

    private static Schema<?> either(String description) {
        Schema<?> schema = new Schema<>().description(description);
        schema.addOneOfItem(new IntegerSchema().format("int64"));
        schema.addOneOfItem(new StringSchema());
        return schema;
    }

    private static Schema<?> choice(String description, String... names) {
        StringSchema schema = new StringSchema();
        schema.setEnum(List.of(names));
        return schema.description(description);
    }
}
