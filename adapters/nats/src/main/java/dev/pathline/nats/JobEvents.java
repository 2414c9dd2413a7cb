package dev.pathline.nats;

import dev.pathline.common.inprocess.KeptEvent;
import dev.pathline.common.port.EventLog;
import dev.pathline.common.port.PortUnavailableException;
import dev.pathline.common.wire.JobEvent;
import dev.pathline.common.wire.JobEventJson;
import io.nats.client.JetStream;
import io.nats.client.JetStreamApiException;
import io.nats.client.JetStreamManagement;
import io.nats.client.JetStreamOptions;
import io.nats.client.Message;
import io.nats.client.NUID;
import io.nats.client.PublishOptions;
import io.nats.client.PurgeOptions;
import io.nats.client.Subscription;
import io.nats.client.api.DiscardPolicy;
import io.nats.client.api.Republish;
import io.nats.client.api.RetentionPolicy;
import io.nats.client.api.StorageType;
import io.nats.client.api.StreamConfiguration;
import io.nats.client.impl.Headers;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * The stream of all jobs' events. A job has two subjects: its steps, of which the newest are kept, and everything else. A step
 * is stored only as long as the newest event of the other subject is the one that its writer has seen: the server itself refuses
 * what an attempt says that is no longer the newest, or of a job that has ended.
 *
 * <p>Positions are the stream's sequence. A stream that was lost begins anew with the time in microseconds, which no stream
 * has reached, so that positions grow all the same.
 */
final class JobEvents {

    /** The tail of a job that is kept of its steps. */
    private static final int STEPS = 64;
    private static final int BATCH = 256;
    private static final String TYPE = "Pathline-Event";
    private static final String ATTEMPT = "Pathline-Attempt";
    private static final String POSITION = "Nats-Sequence";
    /** The subject's newest message is another one than was expected; the second, while that is still being stored. */
    private static final List<Integer> OVERTAKEN = List.of(10071, 10164);
    private static final int END_OF_BATCH = 204;
    private static final int NOT_FOUND = 404;
    private static final int NAME_IN_USE = 10058;

    private final NatsLink link;
    private final Clock clock;
    private final String stream;
    private final JetStream jetStream;
    private final JetStreamManagement management;

    /**
     * The newest event of a job that is no step.
     *
     * @param position 0 if there is none
     * @param attempt the newest attempt that has appended one, 0 if there is none
     * @param ended whether the job has ended
     */
    record Newest(long position, int attempt, boolean ended) {

        /** Of a job of which nobody has told anything. */
        static final Newest NONE = new Newest(0, EventLog.NO_ATTEMPT, false);

        /** Returns whether an event is refused after it. */
        boolean refuses(int from, JobEvent event) {
            return EventLog.refuses(ended, attempt, from, event);
        }

        Newest then(long next, int from, JobEvent event) {
            return new Newest(next, Math.max(attempt, from), event.terminal());
        }
    }

    /**
     * The events on a server, whose stream is made if it is not there.
     *
     * @param clock says where a new stream begins
     * @throws PortUnavailableException if the server does not answer
     */
    JobEvents(NatsLink link, Clock clock) {
        this.link = link;
        this.clock = clock;
        this.stream = link.settings().prefix() + "-events";
        JetStreamOptions options = JetStreamOptions.builder().requestTimeout(link.settings().timeout()).build();
        this.jetStream = link.ask(() -> link.connection().jetStream(options));
        this.management = link.ask(() -> link.connection().jetStreamManagement(options));
        link.ask(this::makeStream);
    }

    private boolean makeStream() throws IOException, JetStreamApiException {
        NatsSettings settings = link.settings();
        StreamConfiguration.Builder wanted = StreamConfiguration.builder().name(stream)
                .description("What happens to Pathline's jobs").subjects(link.subject("ev", ">"))
                .retentionPolicy(RetentionPolicy.Limits).storageType(StorageType.File).replicas(settings.replicas())
                .discardPolicy(DiscardPolicy.Old).maxMessagesPerSubject(STEPS).maxAge(settings.maxAge())
                .duplicateWindow(settings.timeout().multipliedBy(3))
                .maxBytes(settings.maxBytes()).allowDirect(true).republish(Republish.builder()
                        .source(link.subject("ev", ">")).destination(link.subject("live", ">")).build());
        if (!update(wanted) && !add(wanted)) {
            update(wanted);
        }
        return true;
    }

    /** Returns whether the stream is there. */
    private boolean update(StreamConfiguration.Builder wanted) throws IOException, JetStreamApiException {
        try {
            StreamConfiguration there = management.getStreamInfo(stream).getConfiguration();
            management.updateStream(wanted.firstSequence(there.getFirstSequence()).build());
            return true;
        } catch (JetStreamApiException e) {
            if (e.getErrorCode() == NOT_FOUND) {
                return false;
            }
            throw e;
        }
    }

    /** Returns whether it was made here, and by nobody else at the same moment. */
    private boolean add(StreamConfiguration.Builder wanted) throws IOException, JetStreamApiException {
        try {
            long first = ChronoUnit.MICROS.between(Instant.EPOCH, clock.instant());
            management.addStream(wanted.firstSequence(first).build());
            return true;
        } catch (JetStreamApiException e) {
            if (e.getApiErrorCode() == NAME_IN_USE) {
                return false;
            }
            throw e;
        }
    }

    /** Returns the subject of a job's events that are no steps. */
    private String states(String jobId) {
        return link.subject("ev", jobId, "state");
    }

    private String steps(String jobId) {
        return link.subject("ev", jobId, "step");
    }

    /** Returns the subject by which a job's events are heard as they are stored. */
    String live(String jobId) {
        return link.subject("live", jobId, "*");
    }

    /** Returns the subject by which everybody hears that a job's events were deleted. */
    String deleted(String jobId) {
        return link.subject("live", jobId, "deleted");
    }

    /**
     * Stores an event after the newest one that is no step.
     *
     * @return its position, or empty if that is not the newest any more
     */
    OptionalLong store(String jobId, int attempt, JobEvent event, Newest newest) {
        boolean step = event instanceof JobEvent.Step;
        var headers = new Headers().put(TYPE, event.type()).put(ATTEMPT,
                Integer.toString(Math.max(attempt, newest.attempt())));
        // By its own id the server knows an event that it has stored, and whose answer was lost.
        PublishOptions.Builder expected = PublishOptions.builder().messageId(NUID.nextGlobal())
                .expectedLastSubjectSequence(newest.position());
        if (step) {
            expected.expectedLastSubjectSequenceSubject(states(jobId));
        }
        byte[] body = body(event);
        return link.ask(() -> {
            long start = System.nanoTime();
            try {
                return publish(step ? steps(jobId) : states(jobId), headers, body, expected.build());
            } catch (IOException e) {
                if (System.nanoTime() - start >= link.settings().timeout().toNanos()) {
                    throw e;
                }
                // The server answers at once that nobody has the stream: it has lost its disk.
                makeStream();
                return publish(step ? steps(jobId) : states(jobId), headers, body, expected.build());
            }
        });
    }

    private OptionalLong publish(String subject, Headers headers, byte[] body, PublishOptions expected)
            throws IOException, JetStreamApiException {
        try {
            return OptionalLong.of(jetStream.publish(subject, headers, body, expected).getSeqno());
        } catch (JetStreamApiException e) {
            if (OVERTAKEN.contains(e.getApiErrorCode())) {
                return OptionalLong.empty();
            }
            throw e;
        }
    }

    static byte[] body(JobEvent event) {
        return JobEventJson.write(event).getBytes(StandardCharsets.UTF_8);
    }

    /** Returns how many bytes an event may have. */
    long maxBytes() {
        // The headers and the subject need some.
        return link.connection().getServerInfo().getMaxPayload() - 1024;
    }

    /** Returns the newest event of a job that is no step. */
    Newest newest(String jobId) {
        return last(states(jobId)).map(message -> {
            KeptEvent event = event(message);
            return new Newest(event.position(), event.attempt(), event.event().terminal());
        }).orElse(Newest.NONE);
    }

    /** Returns the newest step of a job's newest attempt, if it has made one. */
    Optional<JobEvent.Step> newestStep(String jobId) {
        Optional<KeptEvent> step = last(steps(jobId)).map(JobEvents::event);
        return step.filter(found -> newest(jobId).position() < found.position()).map(KeptEvent::event)
                .map(JobEvent.Step.class::cast).map(JobEvent.Step::withoutImages);
    }

    private Optional<Message> last(String subject) {
        List<Message> found = get("{\"last_by_subj\":\"" + subject + "\"}", false);
        return found.stream().findFirst();
    }

    /** Returns the events of a job from a position on, those that are kept. */
    List<KeptEvent> from(String jobId, long position) {
        var all = new ArrayList<KeptEvent>();
        long next = Math.max(1, position);
        List<Message> found;
        do {
            found = get("{\"seq\":" + next + ",\"next_by_subj\":\"" + link.subject("ev", jobId, "*") + "\",\"batch\":"
                    + BATCH + "}", true);
            found.stream().map(JobEvents::event).forEach(all::add);
            next = all.isEmpty() ? next : all.getLast().position() + 1;
        } while (found.size() == BATCH);
        return all;
    }

    /** Asks for messages: one, or a batch, which has an end. */
    private List<Message> get(String request, boolean batch) {
        return link.ask(() -> {
            String inbox = link.connection().createInbox();
            Subscription answers = link.connection().subscribe(inbox);
            try {
                link.connection().publish("$JS.API.DIRECT.GET." + stream, inbox,
                        request.getBytes(StandardCharsets.UTF_8));
                var found = new ArrayList<Message>();
                while (true) {
                    Message answer = answers.nextMessage(link.settings().timeout());
                    if (answer == null) {
                        throw new IOException("no answer within " + link.settings().timeout().toMillis() + " ms");
                    }
                    if (answer.isStatusMessage()) {
                        int status = answer.getStatus().getCode();
                        if (status != END_OF_BATCH && status != NOT_FOUND) {
                            throw new IOException(answer.getStatus().toString());
                        }
                        return found;
                    }
                    found.add(answer);
                    if (!batch) {
                        return found;
                    }
                }
            } finally {
                answers.unsubscribe();
            }
        });
    }

    /** Reads a message of the stream, or one that was heard as it was stored. */
    static KeptEvent event(Message message) {
        return new KeptEvent(number(message, POSITION), (int) number(message, ATTEMPT), JobEventJson.read(
                text(message, TYPE), new String(message.getData(), StandardCharsets.UTF_8)));
    }

    /** Returns the position that the message before has which was stored of the same subject, 0 if there is none. */
    static long before(Message heard) {
        return number(heard, "Nats-Last-Sequence");
    }

    private static long number(Message message, String header) {
        return Long.parseLong(text(message, header));
    }

    private static String text(Message message, String header) {
        Headers headers = message.getHeaders();
        @Nullable
        String value = headers == null ? null : headers.getFirst(header);
        if (value == null) {
            throw new IllegalArgumentException("a message of " + message.getSubject() + " has no " + header);
        }
        return value;
    }

    /** Deletes the events of a job. */
    void delete(String jobId) {
        link.ask(() -> management.purgeStream(stream, PurgeOptions.subject(link.subject("ev", jobId, "*"))));
        link.tell(deleted(jobId), new byte[0]);
    }
}
