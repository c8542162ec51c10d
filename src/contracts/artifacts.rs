//! The committed artifacts of `contracts/`: runtime code, creation code and ABI of each contract.
//!
//! `contracts/check.mjs` recompiles the sources and compares them with these files byte for byte.

/// A contract as it was compiled.
#[derive(Clone, Copy, Debug)]
pub struct Artifact {
    /// The contract's name in Solidity.
    pub name: &'static str,
    /// The code of the deployed contract; none of ours has immutables, so a genesis state can hold it as it is.
    pub runtime_code: &'static [u8],
    /// The code that deploys it, before constructor arguments, for contracts that transactions deploy.
    pub creation_code: Option<&'static [u8]>,
    /// The ABI as JSON, against which tests hold the typed ones: visitors need not download it.
    #[cfg(test)]
    pub abi_json: &'static str,
}

macro_rules! artifacts {
    ($($(#[$doc:meta])* $constant:ident = $name:literal $(, $creation:ident)?;)*) => {
        $(
            $(#[$doc])*
            pub const $constant: Artifact = Artifact {
                name: $name,
                runtime_code: include_bytes!(concat!("../../contracts/artifacts/", $name, ".bin")),
                creation_code: artifacts!(@creation $name $($creation)?),
                #[cfg(test)]
                abi_json: include_str!(concat!("../../contracts/artifacts/", $name, ".abi.json")),
            };
        )*
        /// Every artifact, by name.
        pub const ALL: &[Artifact] = &[$($constant),*];
    };
    (@creation $name:literal deployable) => {
        Some(include_bytes!(concat!("../../contracts/artifacts/", $name, ".init.bin")))
    };
    (@creation $name:literal) => { None };
}

artifacts! {
    /// Says which games of a rollup may be believed.
    ANCHOR_STATE_REGISTRY = "AnchorStateRegistry";
    /// Controls on what leaves and enters bridges.
    BRIDGE_GUARD = "BridgeGuard";
    /// Holds tokens under the control of a contract on another rollup.
    COLLATERAL_VAULT = "CollateralVault";
    /// A market of two tokens.
    CONSTANT_PRODUCT_PAIR = "ConstantProductPair";
    /// A small contract to deploy.
    COUNTER = "Counter", deployable;
    /// An option whose collateral lies on another rollup.
    COVERED_CALL = "CoveredCall";
    /// Makes dispute games.
    DISPUTE_GAME_FACTORY = "DisputeGameFactory";
    /// Sends what leaves one rollup on to another.
    HOP_ROUTER = "HopRouter";
    /// What a rollup knows of L1.
    L1_BLOCK = "L1Block";
    /// The messenger on L1.
    L1_CROSS_DOMAIN_MESSENGER = "L1CrossDomainMessenger";
    /// The bridge on L1.
    L1_STANDARD_BRIDGE = "L1StandardBridge";
    /// The messenger on a rollup.
    L2_CROSS_DOMAIN_MESSENGER = "L2CrossDomainMessenger";
    /// The bridge on a rollup.
    L2_STANDARD_BRIDGE = "L2StandardBridge";
    /// Records the messages that leave a rollup.
    L2_TO_L1_MESSAGE_PASSER = "L2ToL1MessagePasser";
    /// Messages that are read in the slot in which they are written.
    MAILBOX = "Mailbox";
    /// Moves tokens by such messages.
    MAILBOX_BRIDGE = "MailboxBridge";
    /// Many calls in one.
    MULTICALL3 = "Multicall3";
    /// The representation of a token of another layer.
    OPTIMISM_MINTABLE_ERC20 = "OptimismMintableERC20", deployable;
    /// Makes representations of L1 tokens.
    OPTIMISM_MINTABLE_ERC20_FACTORY = "OptimismMintableERC20Factory";
    /// Who owes whom how much of which token, due when.
    OBLIGATIONS = "Obligations";
    /// One rollup's door on L1.
    OPTIMISM_PORTAL = "OptimismPortal";
    /// A claim that stands unless it is stopped.
    OPTIMISTIC_GAME = "OptimisticGame";
    /// What reporters say that a test token costs.
    PRICE_FEED = "PriceFeed";
    /// Makes all L1 contracts of a rollup.
    ROLLUP_DEPLOYER = "RollupDeployer";
    /// Logs each rollup's configuration.
    ROLLUP_REGISTRY = "RollupRegistry";
    /// What nodes of the shared sequencer stand to lose.
    SEQUENCER_BONDS = "SequencerBonds";
    /// A short whose collateral lies on another rollup.
    TERM_SHORT = "TermShort";
    /// A token with a faucet.
    TEST_TOKEN = "TestToken", deployable;
    /// A claim that its prover vouches for.
    VALIDITY_GAME = "ValidityGame";
    /// Keeps a number and who set it.
    VALUE_STORE = "ValueStore", deployable;
}

#[cfg(test)]
mod tests {
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use super::*;

    /// What EIP-170 lets a chain deploy.
    const CODE_BYTES_MAX: usize = 24_576;

    #[test]
    fn every_artifact_is_there_and_deployable_in_size() {
        for artifact in ALL {
            let size = artifact.runtime_code.len();
            assert!((100..=CODE_BYTES_MAX).contains(&size), "{}: {size} bytes of code", artifact.name);
            assert!(artifact.abi_json.starts_with("[{"), "{}: no ABI", artifact.name);
        }
    }
}
