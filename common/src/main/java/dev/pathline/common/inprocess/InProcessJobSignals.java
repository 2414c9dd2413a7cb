package dev.pathline.common.inprocess;

import dev.pathline.common.port.JobSignals;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Sinks;

/** Signals within one process. */
public final class InProcessJobSignals implements JobSignals {

    private final Sinks.Many<String> waiting = Sinks.many().multicast().directBestEffort();
    private final Sinks.Many<String> ended = Sinks.many().multicast().directBestEffort();

    @Override
    public void tellWaiting(String model) {
        tell(waiting, model);
    }

    @Override
    public Flux<String> waiting() {
        return waiting.asFlux().onBackpressureBuffer();
    }

    @Override
    public void tellEnded(String jobId) {
        tell(ended, jobId);
    }

    @Override
    public Flux<String> ended() {
        return ended.asFlux().onBackpressureBuffer();
    }

    /** One after the other, as a sink wants it. */
    private static void tell(Sinks.Many<String> sink, String signal) {
        synchronized (sink) {
            sink.tryEmitNext(signal);
        }
    }
}
