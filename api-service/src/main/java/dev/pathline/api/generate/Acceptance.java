package dev.pathline.api.generate;

import dev.pathline.api.access.Admission;
import dev.pathline.api.access.Caller;
import dev.pathline.api.generate.GenerationService.Accepted;
import dev.pathline.common.error.ApiException;
import dev.pathline.common.error.FieldError;
import dev.pathline.common.job.Idempotency;
import dev.pathline.common.job.JobRecord;
import dev.pathline.common.job.JobRequest;
import dev.pathline.common.port.PortUnavailableException;
import dev.pathline.common.wire.GenerateRequest;
import java.util.ArrayList;
import dev.pathline.common.wire.Webhook;
import java.util.List;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes jobs of requests: of most of them one, and of one that an experiment compares one in each arm. Methods may block. */
public final class Acceptance {

    private static final Logger LOG = LoggerFactory.getLogger(Acceptance.class);

    private final Routing routing;
    private final RequestResolver resolver;
    private final GenerationService generation;
    private final Admission admission;
    private final BiConsumer<@Nullable Webhook, Caller> webhooks;

    /**
     * Accepts what keys may ask for, experiments have decided, and models can do.
     *
     * @param webhooks refuses who cannot be told
     */
    public Acceptance(Routing routing, RequestResolver resolver, GenerationService generation, Admission admission,
            BiConsumer<@Nullable Webhook, Caller> webhooks) {
        this.webhooks = webhooks;
        this.admission = admission;
        this.routing = routing;
        this.resolver = resolver;
        this.generation = generation;
    }

    /** Returns how many samples a request may ask for of a model; see {@link RequestResolver#mostSamples}. */
    public int mostSamples(String reference) {
        return resolver.mostSamples(reference);
    }

    /**
     * Accepts the job of a request, or finds the one that the same idempotency key made.
     *
     * @param caller who asks, and whose job it is
     * @throws ApiException if it is refused
     */
    Accepted accept(GenerateRequest request, AnswerKind answer, @Nullable Idempotency idempotency, Caller caller) {
        admission.require(caller);
        webhooks.accept(request.webhook(), caller);
        Routing.Route route = routing.route(request, caller);
        JobRequest resolved = resolver.resolve(route.request(), answer).in(route.arm());
        Accepted accepted = generation.accept(warned(resolved, route.warnings()), idempotency, caller);
        if (accepted.isNew()) {
            copy(accepted.job(), route.copies(), caller);
        }
        return accepted;
    }

    /**
     * Accepts the job of a request whose answer is pictures; see {@link #accept}.
     *
     * @throws ApiException if it is refused
     */
    public Accepted acceptPictures(GenerateRequest request, @Nullable Idempotency idempotency, Caller caller) {
        return accept(request, AnswerKind.PICTURE, idempotency, caller);
    }

    /**
     * Accepts a request in every arm of what is routed, which nobody waits for.
     *
     * @return the jobs, the first one's first
     * @throws ApiException if the first is refused
     */
    public List<JobRecord> acceptAll(Routing.Route route, Caller caller) {
        admission.require(caller);
        webhooks.accept(route.request().webhook(), caller);
        JobRecord first = generation.accept(resolver.resolve(route.request(), AnswerKind.JSON).in(route.arm()), null,
                caller).job();
        var all = new ArrayList<JobRecord>();
        all.add(first);
        all.addAll(copy(first, route.copies(), caller));
        return all;
    }

    /** What is made for the comparison alone is left out where it is refused: the answer does not depend on it. */
    private List<JobRecord> copy(JobRecord job, List<Routing.Copy> copies, Caller caller) {
        var made = new ArrayList<JobRecord>();
        for (Routing.Copy copy : copies) {
            try {
                JobRequest resolved = resolver.resolve(copy.request().unwatched(job.request().seed()), AnswerKind.JSON);
                made.add(generation.accept(copy.job(), resolved.in(copy.arm()), null, caller).job());
            } catch (ApiException | PortUnavailableException e) {
                LOG.warn("job {} has no copy in the arm {}: {}", job.id(), copy.arm().reference(), e.getMessage());
            }
        }
        return made;
    }

    private static JobRequest warned(JobRequest request, List<FieldError> warnings) {
        if (warnings.isEmpty()) {
            return request;
        }
        var all = new ArrayList<>(warnings);
        all.addAll(request.warnings());
        return request.warnedOf(all);
    }
}
