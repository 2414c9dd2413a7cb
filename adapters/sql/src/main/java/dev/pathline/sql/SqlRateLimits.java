package dev.pathline.sql;

import dev.pathline.common.port.RateLimits;
import io.github.bucket4j.Bandwidth;
import io.github.bucket4j.BucketConfiguration;
import io.github.bucket4j.ConsumptionProbe;
import io.github.bucket4j.TimeMeter;
import io.github.bucket4j.distributed.proxy.ClientSideConfig;
import io.github.bucket4j.distributed.proxy.generic.compare_and_swap.AbstractCompareAndSwapBasedProxyManager;
import io.github.bucket4j.distributed.proxy.generic.compare_and_swap.AsyncCompareAndSwapOperation;
import io.github.bucket4j.distributed.proxy.generic.compare_and_swap.CompareAndSwapOperation;
import io.github.bucket4j.distributed.remote.RemoteBucketState;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Token buckets in a table, so that replicas count together: Bucket4j's, compared and swapped by the same statements in every database.
 */
public final class SqlRateLimits implements RateLimits {

    private static final Duration MINUTE = Duration.ofMinutes(1);

    private final Buckets buckets;

    /**
     * The buckets in a database.
     *
     * @param clock by which they fill up
     */
    public SqlRateLimits(SqlDatabase database, Clock clock) {
        this.buckets = new Buckets(database, clock);
    }

    @Override
    public Optional<Duration> take(String who, int perMinute) {
        BucketConfiguration configuration = BucketConfiguration.builder().addLimit(Bandwidth.builder()
                .capacity(perMinute).refillGreedy(perMinute, MINUTE).build()).build();
        // The limit is part of the name: another one begins with another bucket.
        ConsumptionProbe probe = buckets.builder().build(who + "/" + perMinute, () -> configuration)
                .tryConsumeAndReturnRemaining(1);
        return probe.isConsumed() ? Optional.empty() : Optional.of(Duration.ofNanos(probe.getNanosToWaitForRefill()));
    }

    private static final class Buckets extends AbstractCompareAndSwapBasedProxyManager<String> {

        private final SqlDatabase database;

        Buckets(SqlDatabase database, Clock clock) {
            super(ClientSideConfig.getDefault().withClientClock(new TimeMeter() {

                @Override
                public long currentTimeNanos() {
                    return clock.millis() * 1_000_000;
                }

                @Override
                public boolean isWallClockBased() {
                    return true;
                }
            }));
            this.database = database;
        }

        @Override
        protected CompareAndSwapOperation beginCompareAndSwapOperation(String key) {
            return new CompareAndSwapOperation() {

                @Override
                public Optional<byte[]> getStateData(Optional<Long> timeoutNanos) {
                    return database.ask(() -> database.client().sql("select state from rate_bucket where id = ?")
                            .param(key).query(String.class).optional()).map(Base64.getDecoder()::decode);
                }

                @Override
                public boolean compareAndSwap(byte[] originalData, byte[] newData, RemoteBucketState newState,
                        Optional<Long> timeoutNanos) {
                    return swap(key, originalData, newData);
                }
            };
        }

        /** @param before null where there was none */
        @SuppressWarnings("NullableProblems") // Bucket4j says nothing of null.
        private boolean swap(String key, byte[] before, byte[] after) {
            String state = Base64.getEncoder().encodeToString(after);
            return database.ask(() -> before == null
                    ? database.client().sql("insert into rate_bucket (id, state) values (?, ?) on conflict do nothing")
                            .param(key).param(state).update()
                    : database.client().sql("update rate_bucket set state = ? where id = ? and state = ?").param(state)
                            .param(key).param(Base64.getEncoder().encodeToString(before)).update()) == 1;
        }

        @Override
        protected AsyncCompareAndSwapOperation beginAsyncCompareAndSwapOperation(String key) {
            throw new UnsupportedOperationException("JDBC blocks");
        }

        @Override
        public boolean isAsyncModeSupported() {
            return false;
        }

        @Override
        public void removeProxy(String key) {
            database.ask(() -> database.client().sql("delete from rate_bucket where id = ?").param(key).update());
        }

        @Override
        protected CompletableFuture<Void> removeAsync(String key) {
            throw new UnsupportedOperationException("JDBC blocks");
        }
    }
}
