package dev.pathline.api;

import dev.pathline.api.jobs.JobAnswers;
import dev.pathline.api.jobs.Recurring;
import dev.pathline.api.webhooks.WebhookController;
import dev.pathline.api.webhooks.WebhookDeliveries;
import dev.pathline.api.webhooks.WebhookRules;
import dev.pathline.api.webhooks.WebhookSender;
import dev.pathline.common.port.JobStore;
import dev.pathline.common.port.KeyStore;
import dev.pathline.common.port.WebhookOutbox;
import io.micrometer.core.instrument.MeterRegistry;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Webhooks: who is told when a job has ended. Needs a {@link WebhookOutbox} beside what the API needs. */
@Configuration(proxyBeanMethods = false)
class WebhookConfiguration {

    private static final Duration FORGET_EVERY = Duration.ofMinutes(10);

    @Bean
    WebhookRules webhookRules(KeyStore keys, ApiProperties properties) {
        return new WebhookRules(keys, properties.webhooks().secret(), properties.webhooks().allowPrivate());
    }

    @Bean
    WebhookController webhookController(WebhookOutbox outbox) {
        return new WebhookController(outbox);
    }

    @Bean
    WebhookDeliveries webhookDeliveries(JobStore jobs, WebhookOutbox outbox, WebhookRules rules, JobAnswers answers,
            MeterRegistry meters, Clock clock, ApiProperties properties) {
        ApiProperties.Webhooks settings = properties.webhooks();
        var sender = new WebhookSender(rules, clock, settings.timeout());
        return new WebhookDeliveries(jobs, outbox, sender, answers, meters, new SecureRandom(), settings.retries(),
                settings.timeout());
    }

    @Bean
    Recurring webhooksToSend(WebhookDeliveries deliveries, ApiProperties properties) {
        return new Recurring("put webhooks of ended jobs into the outbox", deliveries::handOver,
                properties.webhooks().sendEvery());
    }

    @Bean
    Recurring sentWebhooks(WebhookDeliveries deliveries, ApiProperties properties) {
        return new Recurring("send webhooks", deliveries::send, properties.webhooks().sendEvery());
    }

    @Bean
    Recurring forgottenWebhooks(WebhookOutbox outbox, ApiProperties properties) {
        return new Recurring("forget old webhooks", () -> outbox.forget(properties.webhooks().keep()), FORGET_EVERY);
    }
}
