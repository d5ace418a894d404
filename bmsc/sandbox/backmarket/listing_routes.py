"""What do the listing, task and backbox paths answer?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from flask import Blueprint, jsonify, request
from flask.typing import ResponseReturnValue

from bmsc.sandbox.backmarket import batches, listing_edits
from bmsc.sandbox.backmarket.backbox import standings
from bmsc.sandbox.backmarket.door import market, throttled
from bmsc.sandbox.backmarket.limits import Window
from bmsc.sandbox.backmarket.listing_query import matching
from bmsc.sandbox.backmarket.listing_views import listing_view, old_standing_view, standing_view
from bmsc.sandbox.backmarket.listings import Listing
from bmsc.sandbox.backmarket.paging import paged
from bmsc.sandbox.backmarket.refusals import Refusal, bare, v1, v3

if TYPE_CHECKING:
    from bmsc.sandbox.backmarket.account import Account


class ListingRoutes:
    """The listing, task and backbox paths of one account."""

    def __init__(self, account: Account) -> None:
        self._account = account
        self._old_reads: dict[str, Window] = {}

    def mount(self, routes: Blueprint) -> None:
        """Add the paths to the blueprint."""
        routes.add_url_rule("/listings", "listing_listed", self.listed)
        routes.add_url_rule("/listings", "listing_batch", self.batch, methods=["POST"])
        routes.add_url_rule("/listings/detail", "listing_detail", self.detail)
        routes.add_url_rule("/listings/<reference>", "listing_one", self.one)
        routes.add_url_rule("/listings/<reference>", "listing_edit", self.edit, methods=["POST"])
        routes.add_url_rule("/tasks/<task_id>", "listing_task", self.task)
        routes.add_url_rule("/backbox/v1/competitors/<reference>", "listing_competitors", self.competitors)
        routes.add_url_rule("/listings_bi", "listing_old_backbox", self.old_backbox)

    def listed(self) -> dict[str, Any]:
        """Answer one page of listings as the caller's market sees them."""
        account, here = self._account, market(self._account)
        found = matching(account, request.args, here)
        return paged(found, lambda listing: listing_view(account, listing, here), account.switches)

    def detail(self) -> dict[str, Any]:
        """Answer the listing that `sku`, `listing_id` or `id` names."""
        account, asked = self._account, request.args
        if asked.get("sku"):
            return self._show(account.skus.get(asked["sku"].casefold()))
        if asked.get("listing_id"):
            if not asked["listing_id"].isdecimal():
                raise v1(400, "invalid_parameter", "listing_id is not an integer")
            return self._show(account.listings.get(int(asked["listing_id"])))
        return self._show(account.uuids.get(asked.get("id", "").lower()))

    def one(self, reference: str) -> dict[str, Any]:
        """Answer the listing with a UUID or a number."""
        return self._show(self._find(reference))

    def edit(self, reference: str) -> dict[str, Any]:
        """Change the fields that were sent, and answer the listing."""
        account, here = self._account, market(self._account)
        listing = self._known(self._find(reference))
        self._may_write()
        if not account.listing_lines.take(1, account.switches.listing_lines_per_hour):
            raise throttled()
        try:
            checked = listing_edits.check(account, listing, here, _body())
        except listing_edits.BadEdit as error:
            raise bare(str(error)) from None
        messages = listing_edits.apply(account, listing, here, checked)
        view = {**listing_view(account, listing, here), "statuscode": 200}
        return {**view, "shippings_response": messages} if messages else view

    def batch(self) -> dict[str, Any]:
        """Take a CSV batch and answer the number of its task."""
        self._may_write()
        task = batches.hand_in(self._account, market(self._account), _body())
        return {"bodymessage": task.task_id, "statuscode": 200}

    def task(self, task_id: str) -> dict[str, Any]:
        """Answer how far a batch has come."""
        task = self._account.tasks.get(int(task_id)) if task_id.isdecimal() else None
        if task is None:
            raise v1(404, "not_found", "Task not found.")
        return batches.task_view(self._account, task)

    def competitors(self, reference: str) -> ResponseReturnValue:
        """Answer how a listing stands in every market where it competes."""
        account = self._account
        if not account.competitor_calls.take(1, account.switches.competitors_per_second):
            raise throttled()
        if not _is_uuid(reference):
            raise Refusal(422, {"detail": "listing_id is not a valid UUID"})
        listing = account.uuids.get(reference.lower())
        found = standings(account, listing) if listing else []
        if not found:
            raise _unknown_competitor(account)
        return jsonify([standing_view(account, standing) for standing in found])

    def old_backbox(self) -> dict[str, Any]:
        """Answer the older list of buyboxes, twice an hour and market, or that it is gone."""
        account, here = self._account, market(self._account)
        if account.switches.listings_bi == "gone":
            raise v3(404, "unavailable", "This resource is no longer available.")
        window = self._old_reads.setdefault(here.locale, Window(account.clock, seconds=3600))
        if not window.take(1, 2):
            raise v3(429, "E008", "Request was throttled.")
        rows = [
            standing
            for listing in account.listings.values()
            for standing in standings(account, listing)
            if standing.locale == here.locale
        ]
        return paged(rows, lambda standing: old_standing_view(account, standing), account.switches)

    def _may_write(self) -> None:
        if self._account.switches.listing_writes == "forbidden":
            raise v1(403, "forbidden", "This channel is disabled for the merchant.")

    def _find(self, reference: str) -> Listing | None:
        if reference.isdecimal():
            return self._account.listings.get(int(reference))
        if not _is_uuid(reference):
            raise v1(400, "invalid_parameter", f"{reference} is neither an integer nor a UUID")
        return self._account.uuids.get(reference.lower())

    def _known(self, listing: Listing | None) -> Listing:
        if listing is None:
            raise v1(404, "not_found", "Listing not found.")
        return listing

    def _show(self, listing: Listing | None) -> dict[str, Any]:
        account = self._account
        seen = account.shown(self._known(listing), account.switches.listing_lag_seconds)
        return {**listing_view(account, self._known(seen), market(account)), "statuscode": 200}


def _body() -> dict[str, Any]:
    body = request.get_json(force=True, silent=True)
    if not isinstance(body, dict):
        raise bare("the body is not a JSON object")
    return body


def _is_uuid(text: str) -> bool:
    try:
        return str(UUID(text)) == text.lower()
    except ValueError:
        return False


def _unknown_competitor(account: Account) -> Refusal:
    error = {"type": "unknown-competitor", "title": "Unknown competitor", "status": 404}
    if account.switches.unknown_competitor == "flat":
        return Refusal(404, error, content_type="application/problem+json")
    return Refusal(404, {"errors": [{"code": "unknown-competitor", "message": "Unknown competitor"}]})
