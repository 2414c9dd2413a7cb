package dev.pathline.worker;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class WorkerNameTest {

    @Test
    void shouldNameTheMachineAndNobodyElse() {
        assertThat(WorkerName.of("gpu-node-3.example", "0a1b2c3d")).isEqualTo("gpu-node-3.example-0a1b2c3d");
        assertThat(WorkerName.of("übel/..\n", "0a1b2c3d")).isEqualTo("bel..-0a1b2c3d");
        assertThat(WorkerName.of("", "0a1b2c3d")).isEqualTo("worker-0a1b2c3d");
        assertThat(WorkerName.of("x".repeat(90), "0a1b2c3d")).hasSize(49);
        assertThat(WorkerName.next()).isNotEqualTo(WorkerName.next());
    }
}
