package dev.pathline.sql;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A page of a table, the largest ids first: what is asked for, and where the next one begins. */
final class Listing {

    private final int limit;
    private final List<String> conditions = new ArrayList<>();
    private final List<Object> values = new ArrayList<>();

    /**
     * A page of all rows.
     *
     * @param limit at most so many rows
     * @param cursor the id where the last page ended, or null for the first
     */
    Listing(int limit, @Nullable String cursor) {
        this.limit = limit;
        where("id < ?", cursor);
    }

    /** Leaves out the rows that do not fulfil a condition with parameters; where the first of them is null, none. */
    Listing where(String condition, @Nullable Object value, Object... more) {
        if (value != null) {
            conditions.add(condition);
            values.add(value);
            values.addAll(List.of(more));
        }
        return this;
    }

    /** Returns a query with the conditions, the order and the limit behind it. */
    String statement(String select) {
        String where = conditions.isEmpty() ? "" : " where " + String.join(" and ", conditions);
        return select + where + " order by id desc limit ?";
    }

    /** Returns the parameters of the query. */
    List<Object> values() {
        var all = new ArrayList<>(values);
        // One more shows whether there is another page.
        all.add(limit + 1);
        return all;
    }

    /** Returns what was found that is on this page. */
    <T> List<T> page(List<T> found) {
        return List.copyOf(isMore(found) ? found.subList(0, limit) : found);
    }

    /** Returns where the next page begins, or null if there is none. */
    <T> @Nullable String next(List<T> found, Function<T, String> id) {
        return isMore(found) ? id.apply(found.get(limit - 1)) : null;
    }

    private boolean isMore(List<?> found) {
        return found.size() > limit;
    }
}
