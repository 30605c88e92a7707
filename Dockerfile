# The bot alone, without the sandbox. Build: docker build -t advisory-bot .
# Run: docker run -v advisory-bot:/data -v ./advisory-bot.toml:/data/advisory-bot.toml:ro advisory-bot
FROM rust:1.95-slim-bookworm AS build
RUN apt-get update && apt-get install --yes --no-install-recommends ca-certificates git
WORKDIR /build
COPY Cargo.toml Cargo.lock ./
COPY commands commands
COPY src src
RUN cargo build --release --locked --no-default-features --bin advisory-bot \
    && strip target/release/advisory-bot

FROM debian:bookworm-slim
# Of git what the bot runs, and no Perl: the program, its helper for https, and the library that this needs.
RUN apt-get update && apt-get install --yes --no-install-recommends libcurl3-gnutls \
    && rm -rf /var/lib/apt/lists/*
COPY --from=build /usr/bin/git /usr/bin/git
COPY --from=build /usr/lib/git-core/git-remote-http /usr/lib/git-core/git-remote-http
RUN ln -s git-remote-http /usr/lib/git-core/git-remote-https
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/ca-certificates.crt
COPY --from=build /build/target/release/advisory-bot /usr/local/bin/advisory-bot
RUN useradd --system --uid 10001 --home-dir /data --create-home advisory-bot
USER advisory-bot
WORKDIR /data
VOLUME /data
# Asks the bot's own web server, at the address configured by default ([http] listen).
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s CMD ["bash", "-c", \
    "exec 3<>/dev/tcp/127.0.0.1/8080 && printf 'GET /healthz HTTP/1.0\\r\\n\\r\\n' >&3 && head -1 <&3 | grep -q 200"]
# glibc would keep what the reading of the store took for a while: 6 MB of 31. benches/idle.rs has the same.
ENV MALLOC_ARENA_MAX=1 MALLOC_MMAP_THRESHOLD_=65536 MALLOC_TRIM_THRESHOLD_=65536
STOPSIGNAL SIGTERM
ENTRYPOINT ["advisory-bot"]
CMD ["run", "--config", "/data/advisory-bot.toml"]
