package dev.pathline.api;

import dev.pathline.api.experiments.Aliases;
import dev.pathline.api.experiments.ExperimentController;
import dev.pathline.api.experiments.ExperimentRouting;
import dev.pathline.api.experiments.ExperimentService;
import dev.pathline.api.experiments.Feedback;
import dev.pathline.api.experiments.FeedbackController;
import dev.pathline.api.experiments.Outcomes;
import dev.pathline.api.experiments.PairGallery;
import dev.pathline.api.experiments.Reports;
import dev.pathline.api.experiments.RunningExperiments;
import dev.pathline.api.experiments.Watch;
import dev.pathline.api.generate.Acceptance;
import dev.pathline.api.generate.RequestResolver;
import dev.pathline.api.jobs.Recurring;
import dev.pathline.api.models.ModelService;
import dev.pathline.api.request.BodyReader;
import dev.pathline.common.job.JobIds;
import dev.pathline.common.port.ExperimentStore;
import dev.pathline.common.port.JobStore;
import dev.pathline.common.port.ModelRegistry;
import java.security.SecureRandom;
import java.time.Clock;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Experiments: who is served which arm, and what comes of it. */
@Configuration(proxyBeanMethods = false)
class ExperimentConfiguration {

    @Bean
    RunningExperiments runningExperiments(ExperimentStore store, Clock clock) {
        return new RunningExperiments(store, clock);
    }

    @Bean
    ExperimentRouting experimentRouting(ExperimentStore store, RunningExperiments running, Clock clock) {
        return new ExperimentRouting(store, running, new JobIds(clock)::next);
    }

    @Bean
    Aliases experimentAliases(ModelRegistry models, ModelService service) {
        return new Aliases(models, service);
    }

    @Bean
    ExperimentService experimentService(ExperimentStore store, RunningExperiments running, RequestResolver resolver,
            Aliases aliases, Clock clock) {
        return new ExperimentService(store, running, resolver, aliases, clock);
    }

    @Bean
    ExperimentController experimentController(ExperimentService experiments, ExperimentStore store, BodyReader bodies,
            Clock clock) {
        return new ExperimentController(experiments, new Reports(store, clock), bodies);
    }

    @Bean
    FeedbackController feedbackController(ExperimentService experiments, ExperimentStore store, JobStore jobs,
            ExperimentRouting routing, Acceptance acceptance, BodyReader bodies, Clock clock) {
        return new FeedbackController(experiments, routing, acceptance, new PairGallery(store, jobs),
                new Feedback(store, jobs, new SecureRandom(), clock), bodies);
    }

    @Bean
    Recurring experimentOutcomes(ExperimentStore store, JobStore jobs, ApiProperties properties) {
        return new Recurring("tell experiments what came of their jobs", new Outcomes(jobs, store)::tell,
                properties.experiments().tellEvery());
    }

    @Bean
    Recurring experimentWatch(ExperimentStore store, RunningExperiments running, Aliases aliases, Clock clock,
            ApiProperties properties) {
        return new Recurring("look after the experiments", new Watch(store, running, aliases, clock)::look,
                properties.experiments().watchEvery());
    }
}
