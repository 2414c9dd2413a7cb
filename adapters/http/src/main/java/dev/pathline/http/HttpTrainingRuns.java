package dev.pathline.http;

import org.jspecify.annotations.Nullable;
import dev.pathline.common.error.ApiException;
import dev.pathline.common.error.ErrorCode;
import dev.pathline.common.port.TrainingRuns;
import dev.pathline.common.wire.TrainingRunAnswer;
import dev.pathline.common.wire.TrainingRunEvent;
import dev.pathline.common.wire.TrainingRunEventJson;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.codec.ServerSentEvent;
import org.springframework.web.reactive.function.client.ClientResponse;
import org.springframework.web.reactive.function.client.WebClient;
import org.springframework.web.reactive.function.client.WebClientRequestException;
import org.springframework.web.reactive.function.client.support.WebClientAdapter;
import org.springframework.web.service.invoker.HttpServiceProxyFactory;
import tools.jackson.core.JacksonException;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.retry.Retry;

/**
 * The runs of a trainer in another process. One that cannot be reached, or does not answer in time, is {@link
 * ErrorCode#NO_TRAINER} with the time after which to try again; its events are read on where they were when it is back. Methods block.
 */
public final class HttpTrainingRuns implements TrainingRuns {

    private static final Duration AGAIN = Duration.ofSeconds(1);
    /** Three times as long as a trainer that lives is silent. */
    private static final Duration SILENCE = TrainerEndpoint.HEARTBEAT.multipliedBy(3);
    private static final Duration RETRY_AFTER = Duration.ofSeconds(5);
    /** A sheet, and a report with all its pictures. */
    private static final int MAX_BYTES = 64 << 20;

    private final URI trainer;
    private final Duration timeout;
    private final TrainerExchange exchange;

    /**
     * The runs of a trainer.
     *
     * @param trainer where it is, {@code http://HOST:PORT}
     * @param timeout how long an answer may take
     */
    public HttpTrainingRuns(URI trainer, Duration timeout) {
        this.trainer = trainer;
        this.timeout = timeout;
        WebClient client = WebClient.builder().baseUrl(trainer.toString())
                .codecs(codecs -> codecs.defaultCodecs().maxInMemorySize(MAX_BYTES))
                .defaultStatusHandler(HttpStatusCode::isError, this::problem).build();
        this.exchange = HttpServiceProxyFactory.builderFor(WebClientAdapter.create(client)).build()
                .createClient(TrainerExchange.class);
    }

    private Mono<Throwable> problem(ClientResponse response) {
        return response.bodyToMono(TrainerProblem.class).<Throwable>map(TrainerProblem::exception)
                .onErrorResume(e -> Mono.empty()).switchIfEmpty(Mono.fromSupplier(
                        () -> away("it answered " + response.statusCode().value())));
    }

    private ApiException away(String why) {
        return new ApiException(ErrorCode.NO_TRAINER, "The trainer at " + trainer + " cannot be reached: " + why)
                .retryAfter(RETRY_AFTER);
    }

    private <T> Mono<T> reaching(Mono<T> question) {
        return question.timeout(timeout).onErrorMap(WebClientRequestException.class,
                e -> away(String.valueOf(e.getMessage()))).onErrorMap(TimeoutException.class,
                        e -> away("no answer within " + timeout.toMillis() + " ms"));
    }

    private <T> T ask(Mono<T> question) {
        return Objects.requireNonNull(reaching(question).block());
    }

    @Override
    public Submitted submit(String specification, Format format, @Nullable String owner) {
        var answer = ask(exchange.submit(format, owner, specification));
        return new Submitted(Objects.requireNonNull(answer.getBody()),
                answer.getStatusCode().isSameCodeAs(HttpStatus.ACCEPTED));
    }

    @Override
    public List<TrainingRunAnswer> list() {
        return ask(exchange.list());
    }

    @Override
    public TrainingRunAnswer find(String id) {
        return ask(exchange.find(id));
    }

    @Override
    public TrainingRunAnswer pause(String id) {
        return ask(exchange.pause(id));
    }

    @Override
    public TrainingRunAnswer resume(String id, boolean force) {
        return ask(exchange.resume(id, force));
    }

    @Override
    public TrainingRunAnswer cancel(String id) {
        return ask(exchange.cancel(id));
    }

    @Override
    public TrainingRunAnswer purge(String id) {
        return ask(exchange.purge(id));
    }

    @Override
    public Flux<LoggedRunEvent> events(String id, long after) {
        return Flux.defer(() -> {
            var seen = new AtomicLong(after);
            var ended = new AtomicBoolean();
            return Flux.defer(() -> exchange.events(id, seen.get())).timeout(SILENCE)
                    .filter(event -> event.data() != null).map(HttpTrainingRuns::decode).doOnNext(logged -> {
                        seen.set(logged.position());
                        ended.compareAndSet(false, logged.event().terminal());
                    }).concatWith(Flux.defer(() -> ended.get() ? Flux.empty() : lastWord(id)))
                    .retryWhen(Retry.fixedDelay(Long.MAX_VALUE, AGAIN)
                            .filter(HttpTrainingRuns::mayPass));
        });
    }

    /** What is no answer may be one the next time; what cannot be read stays so. */
    private static boolean mayPass(Throwable e) {
        return e instanceof ApiException problem
                ? problem.code() == ErrorCode.NO_TRAINER
                : !(e instanceof IllegalArgumentException || e instanceof JacksonException);
    }

    /** Where a trainer stops, events end without one that says so: then they go on when it is back. */
    private Flux<LoggedRunEvent> lastWord(String id) {
        return exchange.find(id).onErrorResume(
                e -> e instanceof ApiException problem && problem.code() == ErrorCode.UNKNOWN_RUN, e -> Mono.empty())
                .flatMapMany(run -> run.hasEnded() ? Flux.empty() : Flux.error(away("it has stopped")));
    }

    private static LoggedRunEvent decode(ServerSentEvent<String> event) {
        return new LoggedRunEvent(Long.parseLong(Objects.requireNonNull(event.id())),
                TrainingRunEventJson.read(Objects.requireNonNull(event.event()),
                        Objects.requireNonNull(event.data())));
    }

    @Override
    public List<TrainingRunEvent.Progress> progress(String id) {
        return ask(exchange.progress(id));
    }

    @Override
    public Optional<byte[]> sheet(String id, long step) {
        return reaching(exchange.sheet(id, step)).blockOptional();
    }

    @Override
    public Optional<byte[]> report(String id) {
        return reaching(exchange.report(id)).blockOptional();
    }
}
