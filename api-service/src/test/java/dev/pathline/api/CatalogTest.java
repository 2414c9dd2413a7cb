package dev.pathline.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pathline.common.wire.GenerateRequest;
import dev.pathline.common.wire.JobTerms;
import dev.pathline.diffusion.planner.SamplingSettings;
import dev.pathline.diffusion.solver.SolverOption;
import java.lang.reflect.RecordComponent;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class CatalogTest extends ApiTestBase {

    @Test
    void shouldListTheNewestVersions() {
        JsonNode models = json(client.get().uri("/models"), 200);
        assertThat(models).hasSize(3);
        JsonNode stripes = models.path(1);
        assertThat(stripes.path("name").asString()).isEqualTo("stripes");
        assertThat(stripes.path("version").asString()).isEqualTo("2");
        assertThat(stripes.path("versions")).extracting(one -> one.path("version").asString())
                .containsExactly("2", "1");
        assertThat(stripes.path("versions").path(0).path("createdAt").asString()).startsWith("20");
        assertThat(stripes.path("lineage").path("run").isString()).isTrue();
        assertThat(stripes.path("aliases").path("champion").asString()).isEqualTo("1");
        assertThat(stripes.path("classes").path(0).asString()).isEqualTo("Rows");
        assertThat(stripes.path("solvers")).isNotEmpty();
        assertThat(stripes.path("defaults").path("steps").asInt()).isEqualTo(6);
        assertThat(stripes.path("profiles")).singleElement().satisfies(profile -> {
            assertThat(profile.path("profile").asString()).isEqualTo("test-f64");
            assertThat(profile.path("origin").asString()).isEqualTo("rule");
            assertThat(profile.path("reason").asString()).isEqualTo("the test's");
            assertThat(profile.path("choices").toString()).isEqualTo("[\"test-f64\"]");
        });
        assertThat(models.path(0).path("profiles")).isEmpty();
        assertThat(json(client.get().uri("/models/stripes@champion"), 200).path("version").asString()).isEqualTo("1");
    }

    @Test
    void shouldSayThatAMixtureIsNotKnown() {
        for (String model : List.of("blob", "stripes", "stripes@1")) {
            client.get().uri("/models/" + model + "/mixture").exchange().expectStatus().isNoContent();
        }
        assertThat(json(client.get().uri("/models/none/mixture"), 404).path("code").asString())
                .isEqualTo("unknown_model");
    }

    @Test
    void shouldListTheSolvers() {
        JsonNode solvers = json(client.get().uri("/solvers"), 200);
        assertThat(solvers.isArray()).isTrue();
        assertThat(solvers.path(0).propertyNames()).containsExactlyInAnyOrder("name", "order", "evaluationsPerStep",
                "deterministic", "adaptive", "flowMap", "multistep", "timeGrids", "defaultTimeGrid", "options",
                "source");
        assertThat(named(solvers, "heun").path("options")).isEmpty();
        JsonNode churn = named(solvers, "edm-stochastic").path("options");
        assertThat(StreamSupport.stream(churn.spliterator(), false).map(option -> option.path("name").asString()))
                .containsExactly("churn", "churnMin", "churnMax", "churnNoise");
        assertThat(churn.path(0).path("defaultValue").asDouble()).isEqualTo(30);
        assertThat(churn.path(0).path("maximum").asDouble()).isEqualTo(1000);
        assertThat(churn.path(0).path("description").asString()).contains("noise is raised");
        assertThat(named(solvers, "annealed-langevin").path("options").path(0).path("integer").asBoolean()).isTrue();
        JsonNode heun = named(solvers, "heun");
        assertThat(heun.path("order").asInt()).isEqualTo(2);
        assertThat(heun.path("evaluationsPerStep").asInt()).isEqualTo(2);
        assertThat(heun.path("deterministic").asBoolean()).isTrue();
        assertThat(heun.path("timeGrids").toString()).contains("karras", "time");
        assertThat(heun.path("defaultTimeGrid").asString()).isEqualTo("karras");
        assertThat(heun.path("source").asString()).contains("arXiv 2206.00364");
        JsonNode adaptive = named(solvers, "rk45");
        assertThat(adaptive.path("adaptive").asBoolean()).isTrue();
        assertThat(adaptive.path("timeGrids")).isEmpty();
        assertThat(adaptive.path("defaultTimeGrid").isNull()).isTrue();
    }

    private static JsonNode named(JsonNode solvers, String name) {
        return StreamSupport.stream(solvers.spliterator(), false)
                .filter(solver -> solver.path("name").asString().equals(name)).findFirst().orElseThrow();
    }

    @Test
    void shouldDescribeItself() {
        JsonNode api = json(client.get().uri("/v3/api-docs"), 200);
        assertThat(api.path("paths").propertyNames()).contains("/generate", "/jobs", "/jobs/{id}", "/jobs/{id}/events",
                "/jobs/{id}/images/{file}", "/models", "/models/{name}",
                "/models/{name}/aliases/{alias}", "/solvers", "/experiments", "/experiments/{name}/report",
                "/experiments/{name}/votes");
        assertThat(api.path("paths").path("/generate").path("post").path("responses").path("200").path("content")
                .propertyNames()).containsExactlyInAnyOrder("application/json", "text/event-stream", "image/png");
        JsonNode request = api.path("components").path("schemas").path("GenerateRequest");
        assertThat(request.path("anyOf").valueStream().map(one -> one.path("required").path(0).asString()))
                .containsExactly("model", "experiment");
        // Every field of the request, of its settings and of its terms, which the body has beside each other.
        Set<String> fields = Stream.of(GenerateRequest.class, SamplingSettings.class, JobTerms.class)
                .flatMap(type -> Stream.of(type.getRecordComponents())).map(RecordComponent::getName)
                .filter(name -> !List.of("settings", "options", "terms", "conditional").contains(name))
                .collect(Collectors.toSet());
        Stream.of(SolverOption.values()).map(SolverOption::wire).forEach(fields::add);
        JsonNode inner = request.path("properties").path("innerSteps");
        assertThat(inner.path("type").asString()).isEqualTo("integer");
        assertThat(inner.path("minimum").asInt()).isEqualTo(1);
        assertThat(request.path("properties").path("churnNoise").path("maximum").asDouble()).isEqualTo(2);
        assertThat(request.path("properties").propertyNames()).containsExactlyInAnyOrderElementsOf(fields);
        assertThat(request.path("properties").path("label").path("oneOf")).hasSize(2);
        assertThat(api.path("paths").path("/jobs").path("get").path("responses").path("4XX").path("content")
                .propertyNames()).containsExactly("application/problem+json");
        client.get().uri("/swagger-ui.html").exchange().expectStatus().is3xxRedirection();
    }

    @Test
    void shouldMeasure() {
        json(generate(REQUEST), 200);
        String metrics = client.get().uri("/actuator/prometheus").exchange().expectStatus().isOk()
                .expectBody(String.class).returnResult().getResponseBody();
        assertThat(metrics).contains("pathline_queue_waiting", "pathline_workers 1.0", "http_server_requests_seconds");
    }

    @Test
    void shouldServeThePage() {
        String page = client.get().uri("/").exchange().expectStatus().isOk().expectHeader()
                .contentTypeCompatibleWith("text/html").expectBody(String.class).returnResult().getResponseBody();
        assertThat(page).contains("Pathline").doesNotContain("https://", "http://");
    }
}
