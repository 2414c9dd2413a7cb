package dev.pathline.engine.script;

import dev.pathline.engine.graph.Network;
import dev.pathline.engine.graph.Op;
import dev.pathline.engine.graph.Value;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Linear maps of one value, which are one linear map with the rows of all their weights: query, key and value of an
 * attention, or what every block of a U-Net makes of the embedded time. A call of a matrix product costs more than the
 * product where a batch has few rows.
 */
final class LinearGroups {

    /** What members of a group have in common. */
    private record Key(Value input, boolean biased) {}

    /**
     * At least two linear maps of one value.
     *
     * @param members their results, in the order of the network
     */
    record Group(List<Value> members) {

        /** Returns whether they have a bias, all of them or none. */
        boolean biased() {
            return linear(members.getFirst()).bias().isPresent();
        }

        /** Returns the indices of their weights. */
        List<Integer> weights() {
            return members.stream().map(member -> linear(member).weight()).toList();
        }

        /** Returns the indices of their biases; none where they have none. */
        List<Integer> biases() {
            return members.stream().flatMapToInt(member -> linear(member).bias().stream()).boxed().toList();
        }

        /** Returns the variable of the common result. */
        String variable() {
            return ScriptEmitter.name(members.getFirst()) + "f";
        }

        /** Returns where a member's part of the last dimension begins. */
        int start(Value member) {
            return results(members.subList(0, members.indexOf(member)));
        }

        /** How many results a row of the one map has. */
        int results() {
            return results(members);
        }

        private static int results(List<Value> some) {
            return some.stream().mapToInt(member -> member.shape().getLast()).sum();
        }

        private static Op.Linear linear(Value value) {
            return (Op.Linear) value.op();
        }
    }

    private final List<Group> groups = new ArrayList<>();
    private final Map<Value, Group> byMember = new HashMap<>();

    LinearGroups(Network network) {
        var found = new LinkedHashMap<Key, List<Value>>();
        for (Value value : network.values()) {
            if (value.op() instanceof Op.Linear linear) {
                found.computeIfAbsent(new Key(value.inputs().getFirst(), linear.bias().isPresent()),
                        key -> new ArrayList<>()).add(value);
            }
        }
        for (List<Value> members : found.values()) {
            if (members.size() > 1) {
                var group = new Group(List.copyOf(members));
                groups.add(group);
                members.forEach(member -> byMember.put(member, group));
            }
        }
    }

    /** Returns the groups, in the order of their first members. */
    List<Group> all() {
        return groups;
    }

    /** Returns the group that a value is a member of. */
    Optional<Group> of(Value value) {
        return Optional.ofNullable(byMember.get(value));
    }

    /** Returns the group whose members these values are, all of them in this order, if there is one. */
    Optional<Group> of(List<Value> values) {
        return of(values.getFirst()).filter(group -> group.members().equals(values));
    }
}
