package dev.pathline.common.error;

import java.util.Locale;

/**
 * Every error that a client can see. A code owns its HTTP status, its title, whether sending the same request again
 * may help, and one sentence of advice; a message says only what is special about the one occurrence.
 */
public enum ErrorCode {
    /** The body is not JSON. */
    MALFORMED_JSON(400, "The body is not valid JSON", false,
            "Send one JSON object; the position of the mistake is in the detail."),
    /** A field is unknown, has the wrong type or is out of range. */
    INVALID_REQUEST(400, "The request is not valid", false, "Correct the fields listed in errors and send it again."),
    /** The request names a route that does not exist. */
    NOT_FOUND(404, "There is nothing at this address", false, "See /swagger-ui.html for the addresses that exist."),
    /** No such model, version or alias. */
    UNKNOWN_MODEL(404, "There is no such model", false, "GET /models lists the models."),
    /** No such job, or it is no longer kept. */
    UNKNOWN_JOB(404, "There is no such job", false,
            "Jobs are kept for a limited time; generate again with the same seed for the same images."),
    /** The job has no such image, or not yet. */
    UNKNOWN_IMAGE(404, "There is no such image", false,
            "Images exist once the job has succeeded, under the URLs in its answer."),
    /** No such webhook. */
    UNKNOWN_WEBHOOK(404, "There is no such webhook", false, "GET /webhooks lists the webhooks."),
    /** No such training run. */
    UNKNOWN_RUN(404, "There is no such training run", false, "GET /training-runs lists the runs."),
    /** The training run has no such file, or not yet. */
    UNKNOWN_RUN_FILE(404, "The training run has no such file", false,
            "A run lists its sample sheets; the report exists once the run has begun."),
    /** No such experiment. */
    UNKNOWN_EXPERIMENT(404, "There is no such experiment", false, "GET /experiments lists the experiments."),
    /** An experiment is in a state in which this makes no sense. */
    EXPERIMENT_STATE(409, "The experiment is in another state", false, "GET the experiment to see its state."),
    /** The request calls the server by a name that is not its own. */
    FOREIGN_HOST(403, "The server is not called that", false,
            "Use an address of the server or localhost, or add the name to pathline.api.hosts."),
    /** A page of another origin sends what would change something. */
    FOREIGN_ORIGIN(403, "Pages of other sites may not do this", false,
            "Use the server's own page, or add the page's origin to pathline.api.origins."),
    /** No API key, or none that is known. */
    UNAUTHENTICATED(401, "The server asks for an API key", false,
            "Send Authorization: Bearer KEY; ./pathline keys create makes one."),
    /** The key does not have the role. */
    FORBIDDEN(403, "The API key may not do this", false, "Use a key with the role that the detail names."),
    /** The route exists, the method does not. */
    METHOD_NOT_ALLOWED(405, "The method is not allowed here", false, "The Allow header lists the methods that are."),
    /** None of the accepted media types can be produced. */
    NOT_ACCEPTABLE(406, "None of the accepted media types can be produced", false,
            "Accept application/json, or what the detail lists."),
    /** The body did not arrive. */
    BODY_TIMEOUT(408, "The body did not arrive in time", true, "Send the whole body at once."),
    /** The body is too large. */
    BODY_TOO_LARGE(413, "The body is too large", false,
            "A generate request is a few hundred bytes; send no data with it."),
    /** The body is not of a type that is read here. */
    UNSUPPORTED_MEDIA_TYPE(415, "The body's media type is not read here", false,
            "Send content-type: application/json."),
    /** Well-formed, but this model cannot do it. */
    UNPROCESSABLE(422, "The model cannot do what is asked", false, "The errors say what the model would accept."),
    /** The request would cost more than the server allows. */
    TOO_COSTLY(422, "The request costs more than this server allows", false,
            "Ask for fewer images or fewer steps, or split the request."),
    /** A training specification cannot be used. */
    INVALID_SPECIFICATION(422, "The training specification cannot be used", false,
            "Correct the fields listed in errors and send it again."),
    /** A training run is in a state in which this makes no sense. */
    RUN_STATE(409, "The training run is in another state", false, "GET the run to see its state."),
    /** An idempotency key came back with another body. */
    IDEMPOTENCY_MISMATCH(422, "The idempotency key was used with another body", false,
            "Use a new Idempotency-Key for a new request."),
    /** An alias is not where the client thought. */
    ALIAS_MOVED(409, "The alias points elsewhere", false,
            "GET the model, decide again, and send the version that the alias has now as expected."),
    /** The queue is full. */
    QUEUE_FULL(429, "The queue is full", true, "Try again after the time in the Retry-After header."),
    /** The key has asked too often. */
    RATE_LIMITED(429, "The API key has asked too often", true,
            "Try again after the time in the Retry-After header."),
    /** Too many of the key's jobs have not ended. */
    TOO_MANY_JOBS(429, "The API key has too many jobs at the same time", true,
            "Wait until one of them has ended, or cancel one."),
    /** A bug of ours. */
    INTERNAL(500, "The server made a mistake", true, "Try again; if it stays, report the requestId."),
    /** The network or the solver failed while it ran. */
    GENERATION_FAILED(500, "The generation failed", true, "Try again; if it stays, report the job's id."),
    /** One sample alone does not fit into the device's memory. */
    OUT_OF_MEMORY(500, "The device has not enough memory for the model", false,
            "Use a model that is smaller, or a worker whose device has more memory."),
    /** The worker cannot promise the same bits for this model. */
    NOT_STRICT(422, "The model cannot be computed strictly", false,
            "Leave strict out: the images then may differ in their last bits from one time to the next."),
    /** The job was handed out too often and never finished. */
    WORKER_LOST(500, "The workers that ran the job were lost", true,
            "Try again; if it stays, look at the workers' logs."),
    /** A value that is not finite came out of the network. */
    NOT_FINITE(500, "The generation became infinite or not a number", false,
            "Use more steps, a smaller cfgScale or threshold: clip."),
    /** The job that was waited for was cancelled by someone else. */
    JOB_CANCELLED(409, "The job was cancelled", false, "Send the request again if you still want the images."),
    /** The job that was waited for reached its deadline. */
    JOB_EXPIRED(504, "The job's deadline passed", true, "Allow more time, or ask for less."),
    /** No worker lives. */
    NO_WORKER(503, "No worker is running", true,
            "Start a worker, or wait until one is ready: see /actuator/health/readiness."),
    /** No trainer is there. */
    NO_TRAINER(503, "No trainer is running", false,
            "Set pathline.trainer.enabled=true, or see the server's log for why it did not start."),
    /** A training run failed. */
    TRAINING_FAILED(500, "The training failed", true,
            "Once the cause is mended, resume the run: it goes on from its last snapshot."),
    /** The disk is full. */
    NO_ROOM(507, "The server cannot write", true, "Make room in the folder that the detail names."),
    /** The registry cannot be reached or written to. */
    REGISTRY_UNAVAILABLE(503, "The models' registry is not available", true,
            "Try again in a while; if it stays, look at the server's log."),
    /** The store of jobs, images or events cannot be reached, or does not answer in time. */
    STORE_UNAVAILABLE(503, "The server's storage is not available", true,
            "Try again in a while, with the same Idempotency-Key; if it stays, look at the server's log."),
    /** The server is shutting down. */
    SHUTTING_DOWN(503, "The server is shutting down", true, "Try again in a few seconds.");

    private final int status;
    private final String title;
    private final boolean retryable;
    private final String advice;

    ErrorCode(int status, String title, boolean retryable, String advice) {
        this.status = status;
        this.title = title;
        this.retryable = retryable;
        this.advice = advice;
    }

    /** The HTTP status, 400..599. */
    public int status() {
        return status;
    }

    /** What went wrong in general, a phrase without a full stop. */
    public String title() {
        return title;
    }

    /** Whether the same request may succeed later. */
    public boolean retryable() {
        return retryable;
    }

    /** What to do about it, one sentence. */
    public String advice() {
        return advice;
    }

    /** What happened, followed by the advice, unless it says so itself: an error that is passed on is not advised twice. */
    public String advise(String detail) {
        return detail.contains(advice) ? detail : detail + (detail.endsWith(".") ? " " : ". ") + advice;
    }

    /** The code as it is written on the wire: lower case with underscores, {@code queue_full}. */
    public String wire() {
        return name().toLowerCase(Locale.ROOT);
    }
}
