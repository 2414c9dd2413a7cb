package dev.pathline.engine.script;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pathline.engine.graph.Graph;
import dev.pathline.engine.graph.Value;
import java.util.List;
import org.junit.jupiter.api.Test;

class LinearGroupsTest {

    private final Graph graph = new Graph();
    private final Value x = graph.input("x", List.of(4));

    @Test
    void shouldJoinTheLinearMapsOfOneValue() {
        Value first = graph.linear(x, "first", 3);
        Value other = graph.linear(first, "other", 2);
        Value second = graph.linear(x, "second", 5);
        Value third = graph.linear(x, "third", 2);
        var groups = new LinearGroups(graph.build(second, third, other));

        assertThat(groups.all()).hasSize(1);
        LinearGroups.Group group = groups.all().getFirst();
        assertThat(group.members()).containsExactly(first, second, third);
        assertThat(group.members()).extracting(group::start).containsExactly(0, 3, 8);
        assertThat(group.weights()).containsExactly(0, 4, 6);
        assertThat(group.biases()).containsExactly(1, 5, 7);
        assertThat(groups.of(other)).isEmpty();
    }

    @Test
    void shouldFindValuesThatStandSideBySideInTheirOrderOnly() {
        Value query = graph.linear(x, "query", 4);
        Value key = graph.linear(x, "key", 4);
        Value value = graph.linear(x, "value", 4);
        var groups = new LinearGroups(graph.build(query, key, value));

        assertThat(groups.of(List.of(query, key, value))).isPresent();
        assertThat(groups.of(List.of(query, value, key))).isEmpty();
        assertThat(groups.of(List.of(query, key))).isEmpty();
    }
}
