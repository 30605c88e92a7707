//! One HTTP exchange: who asks, whether they ask too often, and what they get.

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Request, Response, header};
use jiff::Timestamp;

use super::Zulip;
use super::ids::UserId;
use super::limit::Verdict;
use super::model::RequestRecord;
use super::poll::{OpenPoll, Poll};
use super::routes::{Call, Route, route};
use super::state::State;
use super::wire::{Answer, Params, Refusal, not_found, refused, success, wrong_method};

/// What a request comes to under the lock: an answer, or a poll to be waited for without it.
enum Outcome {
    Done(Response<Bytes>),
    Wait(OpenPoll),
}

impl Zulip {
    /// One HTTP exchange on the real wire: HTTP Basic, form fields or query strings in, JSON out.
    pub async fn handle(&self, request: Request<Bytes>) -> Response<Bytes> {
        let (index, outcome) = {
            let mut state = self.state();
            let now = self.clock.now();
            state.requests.push(RequestRecord {
                method: request.method().to_string(),
                path: request.uri().path().to_owned(),
                user: None,
                status: 0,
                at: now,
            });
            let index = state.requests.len() - 1;
            (index, state.serve(&request, index, now))
        };
        self.announce_changes();
        let response = match outcome {
            Outcome::Done(response) => response,
            Outcome::Wait(poll) => self.wait(poll).await,
        };
        if let Some(record) = self.state().requests.get_mut(index) {
            record.status = response.status().as_u16();
        }
        response
    }
}

impl State {
    fn serve(&mut self, request: &Request<Bytes>, index: usize, now: Timestamp) -> Outcome {
        let call = match route(request.method().as_str(), request.uri().path()) {
            Route::Call(call) => call,
            Route::WrongMethod(allowed) => return Outcome::Done(wrong_method(&allowed)),
            Route::Unknown => return Outcome::Done(not_found()),
        };
        let mut params = Params::of(request);
        if call == Call::ServerSettings {
            return Outcome::Done(respond(self.api_server_settings(), &params));
        }
        // Whoever is not logged in sees a page about it, or has a temporary address.
        if let (Call::File(url), None) = (&call, request.headers().get(header::AUTHORIZATION)) {
            return Outcome::Done(self.file(None, url, now));
        }
        let user = match self.authenticate(request) {
            Ok(user) => user,
            Err(refusal) => return Outcome::Done(refused(&refusal)),
        };
        if let Some(record) = self.requests.get_mut(index) {
            record.user = Some(user);
        }
        let limits = (self.limits.rate_requests_max, self.limits.rate_window_seconds);
        let bucket = self.buckets.entry((user, call.is_events())).or_default();
        let verdict = bucket.admit(now, limits.0, limits.1);
        if let Some(wait) = verdict.retry_after {
            return Outcome::Done(too_many(wait, verdict, limits.0));
        }
        if let Call::File(url) = &call {
            return Outcome::Done(self.file(Some(user), url, now));
        }
        let answer = if call == Call::Events {
            match self.begin_poll(user, &mut params, now) {
                Ok(Poll::Open(poll)) => return Outcome::Wait(poll),
                Ok(Poll::Ready(body)) => Ok(body),
                Err(refusal) => Err(refusal),
            }
        } else if call == Call::Upload {
            self.api_upload(user, request)
        } else {
            self.call(user, call, client(request), &mut params, now)
        };
        let mut response = respond(answer, &params);
        set_limit_headers(response.headers_mut(), verdict, limits.0);
        Outcome::Done(response)
    }

    /// Answers a call of `user`.
    fn call(
        &mut self,
        user: UserId,
        call: Call,
        client: &str,
        params: &mut Params,
        now: Timestamp,
    ) -> Answer {
        match call {
            Call::Register => self.api_register(user, params, now),
            Call::DeleteQueue => self.api_delete_queue(user, params, now),
            // Answered apart: a poll may have to wait, a file is no JSON, an upload no form.
            Call::Events | Call::File(_) | Call::Upload => Err(Refusal::bad("Not a call")),
            Call::TemporaryUrl(url) => self.api_temporary_url(user, &url, now),
            Call::Send => self.api_send(user, client, params, now),
            Call::Messages => self.api_messages(user, params),
            Call::Message(id) => self.api_message(user, id, params),
            Call::Edit(id) => self.api_edit(user, id, params, now),
            Call::Delete(id) => self.delete(user, id, now).map(|()| serde_json::json!({})),
            Call::History(id) => self.api_history(user, id, params),
            Call::React(id) => self.api_reaction(user, id, params, true),
            Call::Unreact(id) => self.api_reaction(user, id, params, false),
            Call::Render => self.api_render(params),
            Call::Me => self.api_me(user),
            Call::Users => self.api_users(params),
            Call::User(id) => self.api_user(self.users.get(&id), params),
            Call::UserByEmail(email) => self.api_user(self.user_by_email(&email), params),
            Call::Channels => self.api_channels(user, params),
            Call::Channel(id) => self.api_channel(user, id),
            Call::ChannelIdOf => self.api_channel_id(user, params),
            Call::Members(id) => self.api_members(user, id),
            Call::Topics(id) => self.api_topics(user, id, params),
            Call::Subscriptions => self.api_subscriptions(user, params),
            Call::Subscribe => self.api_subscribe(user, params, now),
            Call::Unsubscribe => self.api_unsubscribe(user, params),
            Call::IsSubscribed(of, id) => self.api_is_subscribed(user, of, id),
            Call::Groups => self.api_groups(user, params),
            Call::GroupMembers(id) => self.api_group_members(user, id, params),
            Call::GroupMember(id, member) => self.api_group_member(user, id, member, params),
            Call::Subgroups(id) => self.api_subgroups(user, id, params),
            Call::ServerSettings => self.api_server_settings(),
        }
    }
}

fn respond(answer: Answer, params: &Params) -> Response<Bytes> {
    match answer {
        Ok(fields) => success(fields, &params.ignored()),
        Err(refusal) => refused(&refusal),
    }
}

fn too_many(wait: f64, verdict: Verdict, requests_max: usize) -> Response<Bytes> {
    let mut refusal =
        Refusal::coded("RATE_LIMIT_HIT", "API usage exceeded rate limit").with("retry-after", wait);
    refusal.status = 429;
    let mut response = refused(&refusal);
    if let Ok(wait) = HeaderValue::from_str(&wait.to_string()) {
        response.headers_mut().insert(header::RETRY_AFTER, wait);
    }
    set_limit_headers(response.headers_mut(), verdict, requests_max);
    response
}

fn set_limit_headers(headers: &mut HeaderMap, verdict: Verdict, requests_max: usize) {
    headers.insert("x-ratelimit-limit", HeaderValue::from(requests_max));
    headers.insert("x-ratelimit-remaining", HeaderValue::from(verdict.remaining));
    headers.insert("x-ratelimit-reset", HeaderValue::from(verdict.reset));
}

/// The program that asks: the first product of its `User-Agent`.
fn client(request: &Request<Bytes>) -> &str {
    let agent = request.headers().get(header::USER_AGENT).and_then(|agent| agent.to_str().ok());
    let product = agent.and_then(|agent| agent.split(['/', ' ']).next()).filter(|name| !name.is_empty());
    product.unwrap_or("Unspecified")
}
