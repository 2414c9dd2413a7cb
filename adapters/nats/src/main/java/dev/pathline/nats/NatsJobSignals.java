package dev.pathline.nats;

import dev.pathline.common.port.JobSignals;
import io.nats.client.Subscription;
import java.nio.charset.StandardCharsets;
import reactor.core.publisher.Flux;

/** Signals between processes that are connected to one NATS. */
public final class NatsJobSignals implements JobSignals {

    private final NatsLink link;
    private final String waiting;
    private final String ended;

    /** Signals over a connection. */
    public NatsJobSignals(NatsLink link) {
        this.link = link;
        this.waiting = link.subject("signal", "waiting");
        this.ended = link.subject("signal", "ended");
    }

    @Override
    public void tellWaiting(String model) {
        link.tell(waiting, model.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public Flux<String> waiting() {
        return listen(waiting);
    }

    @Override
    public void tellEnded(String jobId) {
        link.tell(ended, jobId.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public Flux<String> ended() {
        return listen(ended);
    }

    private Flux<String> listen(String subject) {
        return Flux.create(sink -> {
            Subscription subscription = link.dispatcher().subscribe(subject,
                    message -> sink.next(new String(message.getData(), StandardCharsets.UTF_8)));
            sink.onDispose(() -> Subscriptions.end(link, subscription));
        });
    }
}
