package dev.pathline.standalone.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pathline.diffusion.planner.SolverCatalog;
import dev.pathline.diffusion.solver.SolverInfo;
import dev.pathline.diffusion.solver.SolverOption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class SolversCommandTest {

    @Test
    void shouldKeepTheDocumentationUpToDate() throws IOException {
        String page = Files.readString(Path.of("../docs/solvers.md"));
        assertThat(SolversCommand.updated(page))
                .as("docs/solvers.md is stale; run: ./pathline solvers --update docs/solvers.md").isEqualTo(page);
    }

    @Test
    void shouldListEverySolverInOneLine() {
        assertThat(SolverTable.text().lines().skip(1)).zipSatisfy(
                SolverCatalog.all().stream().map(SolverInfo::name).toList(),
                (line, name) -> assertThat(line).startsWith(name + " "));
        assertThat(SolverTable.text()).containsPattern("(?m)^heun +2 +2 +none +single step +karras +Karras")
                .containsPattern("(?m)^rk45 +5 +6 +none +adaptive, single step +its own");
    }

    @Test
    void shouldExplainEveryOption() throws IOException {
        String page = Files.readString(Path.of("../docs/solvers.md"));
        for (SolverOption option : SolverOption.values()) {
            assertThat(page).contains("| `" + option.wire() + "` | " + option.range() + " | ");
            assertThat(SolverTable.text()).contains(" " + option.wire() + " ");
        }
        assertThat(SolverTable.text()).containsPattern(
                "(?m)^edm-stochastic +2 +2 +yes +churn 30, churnMin 0.01, churnMax 1, churnNoise 1.007 +single step");
    }

    /** Whoever reads a name can find where it comes from. */
    @Test
    void shouldNameThePublicationOfEverySolver() {
        assertThat(SolverCatalog.all()).allSatisfy(info -> assertThat(info.source()).as(info.name())
                .containsPattern("arXiv [0-9]{4}\\.[0-9]{4,5}")
                .containsPattern("equation|algorithm|table|section|appendix"));
    }

    @Test
    void shouldRefuseAPageWithoutMarkers() {
        assertThatThrownBy(() -> SolversCommand.updated("# Solvers\n"))
                .hasMessageContaining("--update docs/solvers.md");
    }
}
