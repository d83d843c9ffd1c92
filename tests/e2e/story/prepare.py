"""Before the story: two officers put the policies of every service in force."""
from client import PORTS

POLICIES = "shian.policy.v1.PolicyService"


def drafts(world, service):
    answer = world.ask(f"{POLICIES}/ListPolicies", {"state": "POLICY_STATE_DRAFT", "page_size": 500},
                       service=service)
    return [policy["name"] for policy in answer.get("policies", [])]


def activate_policies(world):
    for service in PORTS:
        names = drafts(world, service)
        if not names:
            continue
        for role in ("head", "legal_reviewer"):
            answer = world.act(role, f"{POLICIES}/ApprovePolicies", {"names": names}, service=service)
        states = {policy["state"] for policy in answer["policies"]}
        assert states == {"POLICY_STATE_ACTIVE"}, states
        world.narrator.item(f"{service}：{len(names)} 项规则经两人审批启用")
